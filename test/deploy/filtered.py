"""Starts a program under the filter of system calls of a systemd unit: filtered.py UNIT PROGRAM ARGUMENT..."""

import errno
import os
import re
import subprocess
import sys

import pyseccomp


def members(name):
    """The system calls of a set of systemd's; a name without @ is itself one."""
    if not name.startswith("@"):
        return {name}
    listed = subprocess.run(
        ["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True
    )
    lines = [line.strip() for line in listed.stdout.splitlines()[1:]]
    return set().union(*(members(line) for line in lines if line and not line.startswith("#")))


unit, program = sys.argv[1], sys.argv[2:]
# What systemd always allows, so that the program can be started at all.
allowed = members("@default") | {"execve"}
with open(unit) as text:
    for line in re.findall(r"^SystemCallFilter=(.*)$", text.read(), re.MULTILINE):
        named = set().union(*map(members, line.lstrip("~").split()))
        allowed = allowed - named if line.startswith("~") else allowed | named
seccomp = pyseccomp.SyscallFilter(defaction=pyseccomp.ERRNO(errno.EPERM))
for call in allowed:
    # Those of other processors have no number here.
    if pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, call) >= 0:
        seccomp.add_rule(pyseccomp.ALLOW, call)
seccomp.load()
os.execv(program[0], program)
