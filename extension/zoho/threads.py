"""Runs independent calls to Zoho at the same time."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import cache
from typing import Any, TypeVar, overload

from extension.errors import ZohoError

from .thinking import away

THREADS = 32
"""For the whole process. Threads wait for Zoho nearly all the time; what one org may have under
way is the limiter's business."""

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")


def tolerant(call: Callable[[], A]) -> Callable[[], A | ZohoError]:
    """The same call, whose failure is a result like any other."""

    def attempt() -> A | ZohoError:
        try:
            return call()
        except ZohoError as error:
            return error

    return attempt


@overload
def together(a: Callable[[], A], /) -> tuple[A]: ...
@overload
def together(a: Callable[[], A], b: Callable[[], B], /) -> tuple[A, B]: ...
@overload
def together(a: Callable[[], A], b: Callable[[], B], c: Callable[[], C], /) -> tuple[A, B, C]: ...
@overload
def together(
    a: Callable[[], A], b: Callable[[], B], c: Callable[[], C], d: Callable[[], D], /
) -> tuple[A, B, C, D]: ...
@overload
def together(
    a: Callable[[], A],
    b: Callable[[], B],
    c: Callable[[], C],
    d: Callable[[], D],
    e: Callable[[], E],
    /,
) -> tuple[A, B, C, D, E]: ...
@overload
def together(*calls: Callable[[], A]) -> tuple[A, ...]: ...


def together(*calls: Callable[[], Any]) -> tuple[Any, ...]:
    """Their results in order. The first failure is raised, without waiting for what other threads
    still do, unless the call is `tolerant`. Each sees the caller's context variables."""
    pool = _pool(os.getpid())
    futures = [pool.submit(copy_context().run, call) for call in calls]
    try:
        return _gathered(futures, calls)
    finally:
        for future in futures:
            future.cancel()


def _gathered(
    futures: Sequence["Future[Any]"], calls: Sequence[Callable[[], Any]]
) -> tuple[Any, ...]:
    results: dict[int, Any] = {}
    # The caller does the last itself, and then whatever no thread has begun: so calls that call
    # `together` themselves can never wait for threads that wait for them.
    for number in reversed(range(len(futures))):
        if futures[number].cancel():
            results[number] = calls[number]()
    begun = [future for future in futures if not future.cancelled()]
    if not all(future.done() for future in begun):
        with away():
            wait(begun, return_when=FIRST_EXCEPTION)
    for future in sorted((one for one in begun if one.done()), key=futures.index):
        future.result()
    return tuple(
        results[number] if number in results else future.result()
        for number, future in enumerate(futures)
    )


@cache
def _pool(process: int) -> ThreadPoolExecutor:
    """One pool per process: threads do not live on in the child of a fork."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix=f"zoho-{process}")
