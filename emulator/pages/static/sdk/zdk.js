// What the SDK 1.2 imports after get_zdk_url: ZDK and $Client, over the SDK's own transport.
{
  const send = (data) => self._zdksdk.getContext().Event.Trigger("ZDK_EVENT", data, true);

  window.ZDK = {
    Client: {
      sendResponse: (uuid, data) => send({ action: "notify_response", message: { data, uuid } }),
    },
  };
  window.$Client = { close: (response) => send({ action: "close_widget", response }) };
}
