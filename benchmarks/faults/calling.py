"""Faults that show when an evaluator is called."""

from __future__ import annotations

from benchmarks.faults.fault import Fault, call, meddle

__all__ = ["CALLING"]

RAISED: tuple[Fault, ...] = (
    call("raises", "ValueError: broken", "raise ValueError('broken')"),
    call("exits", "SystemExit: 3", "sys.exit(3)"),
    call("interrupts", "KeyboardInterrupt", "raise KeyboardInterrupt"),
    call("generator-exit", "GeneratorExit", "raise GeneratorExit"),
    call("own-base-error", "Odd: x", "raise Odd('x')", before="class Odd(BaseException): pass"),
    call("error-unspeakable", "Mute", "raise Mute", before="class Mute(Exception):\n    def __str__(self): sys.exit()"),
    call("error-huge", "ValueError: xxx", "raise ValueError('x' * 50_000_000)"),
    call("error-unpicklable", "Held: ", "raise Held(threading.Lock())", before="class Held(Exception): pass"),
    call("error-group", "ExceptionGroup", "raise ExceptionGroup('many', [ValueError(n) for n in range(1000)])"),
    call("error-escapes", "ValueError: [31m", "raise ValueError('\\x1b[31m\\x00\\r\\n')"),
    call("recurses", "RecursionError", "return recurse()", before="def recurse(): return recurse()"),
    call(
        "stack-overflow",
        "SIGSEGV",
        "recurse(0)",
        before="""
        sys.setrecursionlimit(10**9)
        def recurse(n): return sorted([n], key=recurse)
    """,
    ),
)

RETURNED: tuple[Fault, ...] = (
    call("returns-none", "returned nothing (None)", "pass"),
    call("returns-text", "type str", "return '0.9'"),
    call("returns-list", "type list", "return [1.0]"),
    call("returns-mapping", "type dict", "return {'value': 1.0}"),
    call("returns-complex", "type complex", "return 1j"),
    call("returns-coroutine", "async def", "return asyncio.sleep(0)"),
    call("returns-generator", "type generator", "return (n for n in (1.0,))"),
    call("returns-nan", "returned nan", "return float('nan')"),
    call("returns-infinity", "returned inf", "return float('inf')"),
    call("returns-too-much", "returned 7", "return 7"),
    call("returns-less-than-nothing", "returned -0.1", "return -0.1"),
    call(
        "returns-evil-float",
        "SystemExit",
        "return Evil(1)",
        before="""
        class Evil(float):
            def __float__(self): sys.exit(1)
    """,
    ),
    call(
        "returns-evil-class",
        "RuntimeError: evil",
        "return Evil()",
        before="""
        class Evil:
            __class__ = property(lambda self: (_ for _ in ()).throw(RuntimeError('evil')))
    """,
    ),
    call("score-forged", "returned 9", "return Score.model_construct(value=9.0, reasons=(), error=None)"),
    call(
        "score-evil-reasons",
        "SystemExit",
        "return Score.model_construct(value=1.0, reasons=[Evil()], error=None)",
        before="""
        class Evil:
            def __str__(self): sys.exit(1)
    """,
    ),
    call("score-hollow", "either a value or an error", "return Score.model_construct()"),
    meddle("reasons-100-mb", "reasons that were cut", "return Score(0.5, ['x' * 1_000_000] * 100)"),
)

STUCK: tuple[Fault, ...] = (
    call("sleeps", "no result within 1 s", "time.sleep(3600)"),
    call("spins", "no result within 1 s", "while True: pass"),
    call("holds-the-lock", "no result within 1 s", "return 9 ** 10_000_000_000"),
    call("regex-explodes", "no result within 1 s", "re.match('(a+)+$', 'a' * 40 + 'b')"),
    call("deadlocks", "no result within 1 s", "lock = threading.Lock(); lock.acquire(); lock.acquire()"),
    call("waits-for-input", "EOFError", "return float(input())"),
    call(
        "ignores-signals",
        "no result within 1 s",
        """
        for number in {*signal.Signals} - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        while True: time.sleep(1)
    """,
    ),
    call("stops-itself", "no result within 1 s", "os.kill(os.getpid(), signal.SIGSTOP)"),
    call("leaves-late", "no result within 1 s", "atexit.register(time.sleep, 3600); time.sleep(3600)"),
)

DEAD: tuple[Fault, ...] = (
    call("segfaults", "SIGSEGV", "ctypes.string_at(0)"),
    call("aborts", "SIGABRT", "os.abort()"),
    call("leaves", "exit code 0", "os._exit(0)"),
    call("leaves-with-code", "exit code 7", "os._exit(7)"),
    call("kills-itself", "SIGKILL", "os.kill(os.getpid(), signal.SIGKILL)"),
    call("kills-its-group", "SIGKILL", "os.killpg(0, signal.SIGKILL)"),
    call("kills-its-supervisor", "SIGKILL", "os.kill(os.getppid(), signal.SIGKILL); time.sleep(3600)"),
    call("memory-bomb", "memory", "held = []\nwhile True: held.append(bytearray(50_000_000))", declared="timeout=60.0"),
    call("memory-at-once", "MemoryError", "return len(bytearray(1 << 50))"),
    call("replaces-itself", "its process", "os.execv('/bin/true', ['true'])"),
    call("closes-everything", "its process", "os.closerange(0, 4096); return 1.0"),
    call("garbles-the-pipe", "no answer", "os.write(channel(), b'\\xff' * 1000)", before="CHANNEL"),
    call(
        "answers-for-another",
        "no answer",
        """
        told = b'{"kind":"scored","number":"1","score":{"value":1.0}}'
        os.write(channel(), len(told).to_bytes(4, 'big') + told)
    """,
        before="CHANNEL",
    ),
    call(
        "announces-a-gigabyte",
        "no answer",
        "os.write(channel(), (1 << 30).to_bytes(4, 'big') + b'x' * 1000)",
        before="CHANNEL",
    ),
)

MEDDLING: tuple[Fault, ...] = (
    call("mutates-the-task", "changed the task's inputs", "task.inputs['words'].append('x'); return 1.0"),
    call("empties-the-inputs", "changed the task's inputs", "task.inputs.clear(); return 1.0"),
    meddle("prints", "printed: hello", "print('hello'); return 1.0"),
    meddle("prints-below", "printed: hello", "os.write(1, b'hello\\n'); return 1.0"),
    meddle("prints-in-c", "printed: hello", "ctypes.CDLL(None).puts(b'hello'); return 1.0"),
    meddle("prints-by-a-child", "printed: hello", "subprocess.run(['echo', 'hello']); return 1.0"),
    meddle("prints-100-mb", "printed: xxx", "print('x' * 100_000_000); return 1.0"),
    meddle("changes-folder", "changed the working folder", "os.chdir('/'); return 1.0"),
    meddle("changes-environment", "changed the environment", "os.environ.clear(); return 1.0"),
    meddle(
        "changes-signals",
        "changed the handlers of signals",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); return 1.0",
    ),
    meddle(
        "changes-locale",
        "changed the locale",
        "locale.setlocale(locale.LC_ALL, 'C.UTF-8' if locale.setlocale(locale.LC_ALL) == 'C' else 'C'); return 1.0",
    ),
    call("patches-json", "AttributeError", "json.dumps = None; Score.model_validate = None; return json.dumps.x"),
    call("forks-a-copy", "returned 7", "os.fork(); return 7"),
    call(
        "starts-threads",
        "ValueError: threads",
        "[threading.Thread(target=time.sleep, args=(3600,)).start() for _ in range(50)]\nraise ValueError('threads')",
    ),
    call(
        "leaves-daemons",
        "ValueError: daemons",
        "[subprocess.Popen(['sleep', '3600'], start_new_session=True) for _ in range(5)]\nraise ValueError('daemons')",
    ),
    call("uses-up-files", "Too many open files", "held = [os.open('/dev/null', os.O_RDONLY) for _ in range(10**7)]"),
    call("calls-out", "OSError", "socket.create_connection(('127.0.0.1', 9), timeout=5)"),
    call("network-undeclared-by-user", "allow it with --allow-network", "return 1.0", declared="network=True"),
    call("sandbox-undeclared", "Declare sandbox=", "ctx.sandbox"),
    call("asks-without-await", "async def", "return ctx.rate('judge', {})"),
)

ASYNC: tuple[Fault, ...] = (
    call("async-raises", "ValueError: broken", "async\nraise ValueError('broken')"),
    call("async-exits", "SystemExit: 3", "async\nsys.exit(3)"),
    call("async-never-ends", "no result within 1 s", "async\nawait asyncio.Event().wait()"),
    call(
        "async-ignores-cancellation",
        "no result within 1 s",
        """async
        while True:
            try: await asyncio.sleep(3600)
            except asyncio.CancelledError: pass
    """,
    ),
    call("async-blocks-its-loop", "no result within 1 s", "async\ntime.sleep(3600)"),
    call("async-spins", "no result within 1 s", "async\nwhile True: pass"),
    call(
        "async-stops-its-loop",
        "no result within 1 s",
        "async\nasyncio.get_running_loop().stop(); await asyncio.sleep(3600)",
    ),
    call(
        "async-task-exits",
        "no result within 1 s",
        "async\nasyncio.ensure_future(leave()); await asyncio.sleep(3600)",
        before="async def leave(): sys.exit(1)",
    ),
    call("async-unknown-agent", "no agent", "async\nreturn (await ctx.rate('no-such-agent', {}))[0]"),
    call("async-mutates", "changed the task's inputs", "async\ntask.inputs.clear(); return 1.0"),
)

CALLING = (*RAISED, *RETURNED, *STUCK, *DEAD, *MEDDLING, *ASYNC)
