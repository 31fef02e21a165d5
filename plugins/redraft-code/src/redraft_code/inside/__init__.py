"""What runs inside the sandbox: a tester, and a worker that has the draft's code. Standard library only."""
