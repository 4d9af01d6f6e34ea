"""The bytes behind demo attachments, and behind the files in fields of leads.

The files are made here: small, readable, and of the kind that their names promise.
"""

import struct
import zlib
from typing import Any

from ..schema import Field
from ..world import Record, World

WIDTH = HEIGHT = 8


def fill(world: World, folder: str) -> None:
    """Give every attachment its file, and every file or picture in a field as well."""
    for record in world.records["Attachments"].values():
        _attach(world, folder, record)
    for module in world.modules:
        for one in module.fields:
            if one.data_type in ("fileupload", "imageupload"):
                for record in world.records[module.api_name].values():
                    record[one.api_name] = [
                        _entry(world, folder, one, record, name, number)
                        for number, name in enumerate(record.get(one.api_name) or [], 1)
                    ] or None


def content(folder: str, name: str) -> bytes:
    """A file that suits its name, the same each time."""
    kind = name.rpartition(".")[2].lower()
    if kind == "png":
        return _picture(name)
    lines = [f"{name}", f"A file of the demo org {folder}.", ""]
    lines += [f"Line {number}: {zlib.crc32(f'{name}{number}'.encode())}" for number in range(1, 41)]
    text = "\n".join(lines).encode()
    if kind == "pdf":
        return b"%PDF-1.4\n% " + text.replace(b"\n", b"\n% ") + b"\n%%EOF\n"
    return text


def _picture(name: str) -> bytes:
    """A grey square, of a shade that goes with its name."""
    line = b"\0" + bytes([zlib.crc32(name.encode()) % 256] * WIDTH)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(line * HEIGHT)),
        (b"IEND", b""),
    )
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _attach(world: World, folder: str, record: Record) -> None:
    record |= {"$editable": True, "$state": "save", "$field_states": None}
    if "$link_url" in record:
        record |= {"$type": "Link URL", "$file_id": None, "Size": "0"}
        return
    data = content(folder, record["File_Name"])
    record |= {"$type": "File", "$file_id": _keep(world, record["id"], data)}
    record["Size"] = str(len(data))


def _keep(world: World, key: str, data: bytes) -> str:
    """Store the bytes under an id that looks like Zoho's, and return it."""
    file_id = f"{zlib.crc32(key.encode()):08x}{zlib.adler32(data):08x}{key}"
    world.files[file_id] = data
    return file_id


def _entry(
    world: World, folder: str, one: Field, record: Record, name: str, number: int
) -> dict[str, Any]:  # fmt: skip
    """One file of a file or picture field, as Zoho shows it in a record."""
    data = content(folder, name)
    key = f"{record['id']}{one.api_name}{number}"
    entry = {
        "id": world.new_id(),
        "File_Name__s": name,
        "File_Id__s": _keep(world, key, data),
        "Size__s": str(len(data)),
        "Created_Time__s": record["Created_Time"],
        "Modified_Time__s": record["Created_Time"],
        "Created_By__s": record["Created_By"],
        "Modified_By__s": record["Created_By"],
        "Owner__s": record["Owner"],
    }
    if one.data_type == "imageupload":
        entry |= {
            "Description__s": None,
            "Preview_Id__s": entry["File_Id__s"],
            "Sequence_Number__s": number,
            "State__s": "save",
        }
    return entry
