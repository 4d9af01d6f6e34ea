"""Keeps foreign libraries from writing secrets and people's data into our logs.

requests-oauthlib logs tokens, and urllib3 whole URLs. What matters, they raise.
"""

import logging


class _Silence(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return False


SILENCE = _Silence()


def hush(*libraries: str) -> None:
    """Let these log nothing, whatever level the root logger or they are set to.

    Call it when the library has been imported: a filter holds for one logger alone, not for
    those below it.
    """
    for name in [*libraries, *logging.root.manager.loggerDict]:
        if name.partition(".")[0] in libraries:
            logging.getLogger(name).addFilter(SILENCE)
