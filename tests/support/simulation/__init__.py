"""The whole product in one process on a virtual clock: core, runner, Kraken client, box, journal.

From one seed: the same seed gives the same requests, the same journal and the same screen. What is real:
every line of ``tui_bot`` between the bytes of a request and the file of the journal. What is not: sockets
(the bytes are handed over in memory), the passing of time, and the death of a process.
"""
