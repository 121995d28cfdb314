"""`patchbay:calculator/evaluator` in Python: the same interface as the Rust component `calculator-evaluator`.

Python's own parser reads the expression; the arithmetic is left to the component that is linked to `operations`.
"""

import ast

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.evaluator import Error
from wit_world.imports import operations

OPERATIONS = {
    ast.Add: operations.add,
    ast.Sub: operations.subtract,
    ast.Mult: operations.multiply,
    ast.Div: operations.divide,
}


class Evaluator(exports.Evaluator):
    def evaluate(self, expression: str) -> float:
        # Python takes spaces at the start of a line for an indented block, and lines for statements.
        text = expression.replace("\n", " ").strip()
        indent = len(expression) - len(expression.lstrip())
        try:
            return value(ast.parse(text, mode="eval").body)
        except SyntaxError as error:
            raise Err(Error(indent + max((error.offset or 1) - 1, 0), error.msg))
        except (RecursionError, MemoryError):
            raise Err(Error(indent, "this is nested too deeply"))
        except Refused as refused:
            # Python counts bytes, the interface counts characters.
            before = text.encode()[: refused.node.col_offset].decode()
            raise Err(Error(indent + len(before), refused.message))


class Refused(Exception):
    """An expression that is Python, but that a calculator has no value for."""

    def __init__(self, node: ast.expr, message: str):
        self.node = node
        self.message = message


def value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            try:
                return float(number)
            except OverflowError:
                raise Refused(node, "this number is too large")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return value(operand)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATIONS:
            try:
                return OPERATIONS[type(operator)](value(left), value(right))
            except Err as error:
                if error.value == operations.Error.DIVISION_BY_ZERO:
                    raise Refused(right, "division by zero")
                raise
        case _:
            raise Refused(node, "only numbers, + - * / and parentheses are understood")
