"""Prompt templates: Jinja2 reduced to what a prompt needs, with a bound on work."""

from redraft.prompts.template import Prompt, Variable, compile_prompt

__all__ = ["Prompt", "Variable", "compile_prompt"]
