"""What a request says about tools and about the form of its answer: checked, and as the engine takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from helpers.engine.text.answer_grammar import (
    ANY_OBJECT,
    SILENT,
    calls_grammar,
    grammar_problem,
    json_grammar,
)
from helpers.mock_cloud.answers.schema_checks import check_schema
from helpers.mock_cloud.state.errors import ApiError, bad_request, not_offered

MOST_TOOLS = 128
ANY_JSON = {"type": "object"}
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-zA-Z0-9_-]+$")]
Mode = Literal["none", "auto", "required", "named"]


class Lenient(BaseModel):
    """Further keys of the hosted schema are taken and not used."""

    model_config = ConfigDict(extra="allow", strict=True)


class Function(Lenient):
    name: Name
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class JsonSchema(Lenient):
    """A form that answers are to have."""

    name: Name
    description: str | None = None
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None
    strict: bool | None = None

    def check(self, param: str, place: str, code: str | None = None) -> None:
        """Raise ApiError where the schema is missing (at `place`) or refused (said of `param`)."""
        if self.schema_ is None:
            raise missing(place)
        check_schema(self.schema_, f"response_format '{self.name}'", param, bool(self.strict), code)


@dataclass(frozen=True)
class Tools:
    """The functions of a request, and which of them its answer may (`auto`) or must call."""

    functions: Sequence[Function] = ()
    mode: Mode = "auto"
    names: frozenset[str] = frozenset()
    several: bool = True

    def engine_fields(self, schema: JsonSchema | None = None, json_object: bool = False) -> dict[str, Any]:
        """The tools that the model is shown and the grammar of its answer; texts may have to be JSON."""
        keys = {"name", "description", "parameters"}
        shown = [function.model_dump(include=keys, exclude_none=True) for function in self.functions]
        grammar = self._grammar(schema, json_object)
        if grammar and (problem := grammar_problem(grammar)):
            raise bad_request(f"These tools and schemas are too much together: {problem}", param="tools")
        return {"tools": shown, "grammar": grammar}

    def _grammar(self, schema: JsonSchema | None, json_object: bool) -> str | None:
        form = schema.schema_ if schema else ANY_JSON if json_object else None
        callable_ = [function.model_dump() for function in self.functions if function.name in self.names]
        if callable_ and self.mode != "none":
            return calls_grammar(callable_, self.mode != "auto", self.several and self.mode != "named", form)
        if schema and schema.schema_ is not None:
            return json_grammar(schema.schema_, bool(schema.strict))
        return ANY_OBJECT if json_object else SILENT if self.functions else None


def read_tools(functions: Sequence[Function], choice: Any, several: bool | None, inside: str = "") -> Tools:
    """Check the tools and the choice among them; `inside` is the key of a tool that its function stands in.

    Raises ApiError in the hosted service's words.
    """
    for place, function in enumerate(functions):
        param = ".".join(filter(None, (f"tools[{place}]", inside, "parameters")))
        of, code = f"function '{function.name}'", "invalid_function_parameters"
        schema = function.parameters or {**ANY_JSON, "properties": {}}
        if schema.get("type") == "object" and "properties" not in schema:
            raise bad_request(
                f"Invalid schema for {of}: In context=(), object schema missing properties.",
                code=code,
                param=param,
            )
        check_schema(schema, of, param, bool(function.strict), code)
    mode, names = _chosen("auto" if choice is None else choice, functions, inside)
    return Tools(functions, mode, names, several is not False)


def _chosen(choice: Any, functions: Sequence[Function], inside: str) -> tuple[Mode, frozenset[str]]:
    every = frozenset(function.name for function in functions)
    match choice:
        case "none" | "auto" | "required":
            return choice, every
        case {"type": "function"}:
            return "named", _found([choice], every, inside)
        case {"type": "allowed_tools"}:
            allowed = choice.get("allowed_tools") if inside else choice
            match allowed:
                case {"mode": ("auto" | "required") as mode, "tools": [*tools]}:
                    return mode, _found(tools, every, inside)
        case {"type": str(kind)}:
            raise not_offered(f"tools of the type '{kind}', only functions", "tool_choice")
        case str():
            raise _invalid(
                f"Invalid value: '{choice}'. Supported values are: 'none', 'auto', and 'required'."
            )
    raise _invalid("Invalid value for 'tool_choice': expected a string, or an object that names tools.")


def _found(tools: Sequence[Any], every: frozenset[str], inside: str) -> frozenset[str]:
    """The names in `tools`, each of which must be among `every`."""
    names = []
    for tool in tools:
        function = tool.get(inside) if inside and isinstance(tool, dict) else tool
        name = function.get("name") if isinstance(function, dict) else None
        if not isinstance(name, str):
            raise missing(".".join(filter(None, ("tool_choice", inside, "name"))))
        if name not in every:
            raise bad_request(
                f"Invalid value for 'tool_choice': no function named '{name}' was specified in the 'tools' "
                "parameter."
                if inside
                else f"Tool choice '{name}' not found in 'tools' parameter.",
                param="tool_choice",
            )
        names.append(name)
    return frozenset(names)


def missing(param: str) -> ApiError:
    return bad_request(
        f"Missing required parameter: '{param}'.", code="missing_required_parameter", param=param
    )


def _invalid(message: str) -> ApiError:
    return bad_request(message, code="invalid_value", param="tool_choice")
