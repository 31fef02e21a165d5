"""A finding: one thing that is wrong with a graph, and the rule that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from redraft.task import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RULES", "Finding", "Rule", "Severity"]

Severity: TypeAlias = Literal["error", "warning"]
"""An error keeps a graph from running; a warning does not."""


class Finding(Value):
    """One thing that is wrong: the rule's code, the place, a sentence, and what to do."""

    code: str
    severity: Severity
    file: str
    line: int | None
    name: str
    message: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.code} {self.message}"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code stands for. Codes are never used again for something else."""

    severity: Severity
    text: str
    mend: str


RULES: Mapping[str, Rule] = {
    "G000": Rule("error", "The file is no sound graph or agent file.", "See the message: it has the line and the key."),
    "G001": Rule("error", "A path names a node that is not there.", "Add the node to `[nodes]`, or correct the name."),
    "G002": Rule("error", "A node names an agent that is not there.", "Correct the name; see `redraft agents ls`."),
    "G003": Rule("error", "A node's agent file is wrong.", "Mend the agent file."),
    "G004": Rule(
        "error",
        "An evaluator is not there, or two plugins bring one of that name.",
        "Correct the name; see `redraft evaluators ls`.",
    ),
    "G005": Rule(
        "error",
        "The plugin of an evaluator, an agent or a function did not load.",
        "Update or uninstall it; see `redraft plugins ls`.",
    ),
    "G006": Rule("error", "A stop rule or a condition names a check that is not there.", "Correct the name."),
    "G007": Rule("error", "An evaluator's parameters do not fit.", "Correct them; see `redraft evaluators show NAME`."),
    "G008": Rule(
        "error",
        "An evaluator needs an input that the graph does not take, or takes as another type.",
        "Add it to `[task].inputs`.",
    ),
    "G009": Rule(
        "error",
        "The agent that an evaluator asks is not there, or does not write or read what it has to.",
        "Name one that does; a judge's writes a rating.",
    ),
    "G010": Rule("error", "`start` does not lead to exactly one node.", "Begin exactly one path with `start`."),
    "G011": Rule("error", "A node cannot be reached.", "Lead a path to it, or remove it."),
    "G012": Rule("error", "The end cannot be reached from a node.", "Lead a path from it towards `end`."),
    "G013": Rule("error", "An edge follows one without a `when`, and is never tried.", "Put it before that one."),
    "G014": Rule("error", "The last edge that leaves a node has a `when`.", "Add a last path without a `when`."),
    "G015": Rule("error", "A node leads to itself.", "Lead the path over another node."),
    "G016": Rule(
        "error", "A path leads into `start` or out of `end`.", "Begin paths with `start`, end them with `end`."
    ),
    "G017": Rule("warning", "An edge never fires.", "Remove it, or correct the conditions."),
    "G018": Rule("error", "A node's agent writes a rating.", "Use it through the evaluator `judge`."),
    "G019": Rule("error", "A rule names a gate that no node has.", "Correct the name, or add it to `gates`."),
    "G020": Rule(
        "error", "A node reads what some path to it has not written.", "Lead the path over a node that writes it."
    ),
    "G021": Rule("warning", "A node writes what no node reads.", "Remove the node, or have another read it."),
    "G022": Rule(
        "error",
        "A condition looks at a verdict that some path has not made.",
        "Evaluate before the condition is asked.",
    ),
    "G023": Rule(
        "error", "The end can be reached without a draft.", "Lead every path over an agent that writes a draft."
    ),
    "G030": Rule(
        "error",
        "A cycle may never end: `rounds` alone does not suffice to leave it.",
        'Add a way out: `when = "stop"`.',
    ),
    "G031": Rule(
        "error",
        "An oracle steers a loop or a choice: it reads the reference answer.",
        "Move it behind them, or leave it to bench.",
    ),
    "G032": Rule(
        "warning",
        "A critic has no verifier before it.",
        "Add a verifier; critics alone often make drafts worse: `redraft check --explain G032` has the evidence.",
    ),
    "G033": Rule("error", "A schema's shortest instance does not fit `max_tokens`.", "Raise `max_tokens`."),
    "G034": Rule("warning", "An input is read by nothing.", "Use it in the prompt, or remove it."),
    "G035": Rule(
        "error", "Thread agents of one model have different system texts.", "Give them one, or write `context: fresh`."
    ),
    "G036": Rule(
        "warning", "A thread agent has no other agent in its thread.", "Give it their model, or write `context: fresh`."
    ),
    "G037": Rule(
        "warning",
        "A thread agent does not read the draft that `regression` may go back to.",
        "Read `draft` in its prompt, or set `regression = false`.",
    ),
    "G038": Rule(
        "error",
        "A node calls a function that no plugin brings, or that two bring.",
        "Correct the name; see `redraft plugins ls --hook nodes`.",
    ),
    "G039": Rule(
        "error",
        "A function does not take what its node hands over, or asks for more.",
        "Correct `reads` and `params` of the node.",
    ),
    "G040": Rule(
        "error",
        "A condition looks at a critique or a note that some path has not written.",
        "Lead every path over the node that writes it.",
    ),
    "G041": Rule(
        "error",
        "A condition looks at the score of an evaluator that no node has.",
        "Correct the name, or add it to `evaluators`.",
    ),
    "G042": Rule(
        "error",
        "A fan-out has no join: its nodes do not lead to one and the same node.",
        "Name the node that joins them behind the list.",
    ),
    "G043": Rule(
        "error",
        "A node of a fan-out is entered by itself as well.",
        "Add a second node for that path.",
    ),
    "G044": Rule(
        "error",
        "A node cannot work beside others, or several times at once.",
        "Put it before or behind the fan-out, or give it one sample.",
    ),
    "G045": Rule("error", "Two nodes of a fan-out write the same note.", "Give one of them another name."),
    "G046": Rule(
        "error",
        "A node of a fan-out falls back to another node than the one that joins it.",
        "Let it fall back to that one.",
    ),
    "G047": Rule(
        "error", "A node names a graph that is not there or not sound.", "Mend that graph; see `redraft check NAME`."
    ),
    "G048": Rule(
        "error", "The graph of a node needs an input that this graph does not take.", "Add it to `[task].inputs`."
    ),
    "G049": Rule(
        "warning",
        "An evaluator of `[bench].truth` is not there or does not fit: `redraft bench` refuses the graph.",
        "Correct it; see `redraft evaluators ls`.",
    ),
    "G050": Rule(
        "warning",
        "No oracle is in `[bench].truth`: gains are measured by what a loop may see.",
        "Add one that reads a reference answer or hidden tests.",
    ),
    "G051": Rule(
        "warning",
        "A model's context is too small for the longest prompt of an agent that it serves.",
        "Name a model with a longer context, or lower `max_tokens` of those whose texts are read.",
    ),
}
"""Every rule, by code."""
