"""The user PostgreSQL runs as when we are root: it refuses to be root itself."""

import errno
import os
import struct
import subprocess
from pathlib import Path
from pwd import getpwnam, struct_passwd

NAME = "aerostic-postgres"
ACL = "system.posix_acl_access"
VERSION, UNSET, SEARCH = 2, 0xFFFFFFFF, 1
OWNER, USER, GROUP, MASK, OTHERS = 0x01, 0x02, 0x04, 0x10, 0x20


def server_account() -> struct_passwd | None:
    """The account to run PostgreSQL under; None if our own will do. Made with `useradd` on the first call as root."""
    if os.geteuid() != 0:
        return None
    try:
        return getpwnam(NAME)
    except KeyError:
        _make_account()
        return getpwnam(NAME)


def let_through(path: Path, account: struct_passwd) -> None:
    """Let the account pass through the folders above `path`, and no other user, to no other right than passing.

    A clone in root's home (mode 0700) would otherwise be out of its reach.

    Raises:
        PermissionError: the file system keeps no access lists.
    """
    for folder in path.resolve().parents:
        if not folder.stat().st_mode & 0o001:
            _allow_search(folder, account)


def _make_account() -> None:
    arguments = ("--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME)
    done = subprocess.run(("useradd", *arguments), capture_output=True, text=True)
    if done.returncode:
        raise PermissionError(
            f"PostgreSQL may not run as root, and no user could be made for it: {done.stderr.strip()}"
        )


def _allow_search(folder: Path, account: struct_passwd) -> None:
    rights = _rights(folder)
    rights[USER, account.pw_uid] = SEARCH
    rights[MASK, UNSET] = rights.get((MASK, UNSET), rights[GROUP, UNSET]) | SEARCH
    packed = struct.pack("<I", VERSION)
    packed += b"".join(struct.pack("<HHI", tag, right, who) for (tag, who), right in sorted(rights.items()))
    try:
        os.setxattr(folder, ACL, packed)
    except OSError as error:
        raise PermissionError(
            errno.EACCES,
            f"PostgreSQL may not run as root, and the user {account.pw_name} cannot reach this folder: run as an ordinary"
            f" user, or `chmod o+x {folder}`",
            str(folder),
        ) from error


def _rights(folder: Path) -> dict[tuple[int, int], int]:
    """What the folder's access list grants, by kind and user; its mode bits when it has no list."""
    try:
        raw = os.getxattr(folder, ACL)
    except OSError:
        mode = folder.stat().st_mode
        return {(OWNER, UNSET): mode >> 6 & 7, (GROUP, UNSET): mode >> 3 & 7, (OTHERS, UNSET): mode & 7}
    entries = [struct.unpack_from("<HHI", raw, at) for at in range(4, len(raw), 8)]
    return {(tag, who): right for tag, right, who in entries}
