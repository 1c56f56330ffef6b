"""Who does the work of a sweep: this process, processes on this machine, or a Dask cluster."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

from tui_bot.backtest.history import History
from tui_bot.backtest.sweep.job import placed

#: Less work than this, in cells times candles, is done before other processes have started.
WORTH_PROCESSES = 400_000_000

#: How long a scheduler may take to answer.
ANSWER_S = 10.0


class ClusterError(Exception):
    """No cluster could be reached or used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Workers:
    """``executor`` takes the jobs, ``count`` of them at a time; ``candles`` is the history to them."""

    executor: Executor
    count: int
    candles: Any
    where: str


class Inline(Executor):
    """Does a job as it is handed in."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it now; what it raises is in the future."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as failure:
            future.set_exception(failure)
        return future


@contextmanager
def hire(history: History, cells: int, workers: int | None, scheduler: str | None) -> Iterator[Workers]:
    """Workers for so many cells: those of a cluster if its address is given, else as many processes as asked
    for, or one a core where that is worth it. Raises ClusterError."""
    if scheduler is not None:
        with _cluster(history, scheduler) as hired:
            yield hired
        return
    count = workers or (len(os.sched_getaffinity(0)) if cells * len(history) >= WORTH_PROCESSES else 1)
    if count == 1:
        yield Workers(Inline(), 1, history, "this process")
        return
    # Not forked: a bar that draws itself in a thread may be running.
    pool = ProcessPoolExecutor(
        count, get_context("forkserver"), signal.signal, (signal.SIGINT, signal.SIG_IGN)
    )
    try:
        yield Workers(pool, count, placed(history), f"{count} processes")
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _cluster(history: History, address: str) -> Iterator[Workers]:
    try:
        import distributed
    except ImportError:
        raise ClusterError("Dask is not installed; install tui-bot[cluster]") from None
    try:
        client: Any = distributed.Client(address, timeout=ANSWER_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as failure:
        raise ClusterError(f"no scheduler answers at {address}: {type(failure).__name__}") from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise ClusterError(f"the scheduler at {address} has no workers; start one: dask worker {address}")
        # By value: what lies on this machine's disk is not on theirs.
        candles = client.scatter(_in_memory(history), broadcast=True)
        yield Workers(client.get_executor(), threads, candles, f"{threads} threads of {address}")


def _in_memory(history: History) -> History:
    """The same with its columns in memory."""
    return replace(
        history,
        begin=history.begin.copy(),
        open=history.open.copy(),
        high=history.high.copy(),
        low=history.low.copy(),
        close=history.close.copy(),
        volume=history.volume.copy(),
    )
