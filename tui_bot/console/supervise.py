"""The engine's thread: started after the first frame, watched until it ends."""

from __future__ import annotations

import threading

from tui_bot.console.crash import summary
from tui_bot.engine.handle import Engine, Launch, LaunchError


class EngineThread:
    """Runs ``launch`` and then the engine in a daemon thread, and says how it ended."""

    def __init__(self, launch: Launch) -> None:
        self._launch = launch
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._stopping = False
        self.engine: Engine | None = None
        self.refusal: LaunchError | None = None
        self.failure = ""

    def start(self) -> None:
        """Start the thread."""
        if not self._stopping:
            self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    @property
    def was_asked_to_stop(self) -> bool:
        """Whether its end is what somebody wanted."""
        return self._stopping

    def stop(self) -> None:
        """Ask the engine to stop; returns at once, callable from any thread."""
        self._stopping = True
        engine = self.engine
        if engine is not None:
            engine.stop()

    def join(self, seconds: float) -> bool:
        """Wait for the end; whether it came."""
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            engine = self._launch()
            self.engine = engine
            if not self.was_asked_to_stop:
                engine.run()
        except LaunchError as error:
            self.refusal = error
        except BaseException as error:
            self.failure = summary(error)
        else:
            self.failure = "" if self._stopping else "its loop ended by itself"
