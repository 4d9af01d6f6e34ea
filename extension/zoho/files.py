"""Files on their way to Zoho and from it, piece by piece: none is ever whole in memory."""

import io
import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from urllib3.fields import RequestField
from urllib3.filepost import choose_boundary

from .protocol import Upload
from .refusals import refusal

PIECE = 64 * 1024


class Multipart:
    """The body of one upload, as `requests` streams it: with a length, so that no proxy on the
    way needs to collect it first."""

    def __init__(self, upload: Upload) -> None:
        boundary = choose_boundary()
        self.file_name = upload.file_name
        self.content_type = f"multipart/form-data; boundary={boundary}"
        part = RequestField("file", b"", upload.file_name)
        part.make_multipart(content_type="application/octet-stream")
        head = f"--{boundary}\r\n{part.render_headers()}".encode()
        tail = f"\r\n--{boundary}--\r\n".encode()
        size = upload.content.seek(0, os.SEEK_END)
        upload.content.seek(0)
        self._length = len(head) + size + len(tail)
        self._parts: list[BinaryIO] = [io.BytesIO(head), upload.content, io.BytesIO(tail)]

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(PIECE):
            yield piece

    def read(self, size: int = -1) -> bytes:
        """The next piece, of at most `size` bytes, or everything that is left."""
        if size < 0:
            return b"".join(self)
        while self._parts:
            piece = self._parts[0].read(size)
            if piece:
                return piece
            self._parts.pop(0)
        return b""


class Sink:
    """A file that takes what is downloaded, up to a size. It begins anew with every answer."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, most
        self.filled = False

    def take(self, pieces: Iterable[bytes]) -> None:
        """Raises ZohoRefused where there is more than `most`."""
        self._file.seek(0)
        self._file.truncate()
        for piece in pieces:
            if self._file.tell() + len(piece) > self._most:
                raise refusal("FILE_SIZE_MORE_THAN_ALLOWED_SIZE", {})
            self._file.write(piece)
        self._file.seek(0)
        self.filled = True
