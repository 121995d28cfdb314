//! Reads an expression and works it out in one pass, one function for each rule:
//!
//! ```text
//! sum     = product { ("+" | "-") product }
//! product = factor { ("*" | "/") factor }
//! factor  = ("+" | "-") factor | "(" sum ")" | number
//! ```

use crate::exports::patchbay::calculator::evaluator::Error;
use crate::patchbay::calculator::operations;

/// How deep parentheses and signs may nest: every level takes some of the stack.
const MAX_DEPTH: usize = 200;

/// An expression, read up to `position`.
pub struct Expression {
    characters: Vec<char>,
    position: usize,
    depth: usize,
}

impl Expression {
    /// The expression in `text`, not read yet.
    pub fn new(text: &str) -> Self {
        Self {
            characters: text.chars().collect(),
            position: 0,
            depth: 0,
        }
    }

    /// Reads the whole expression.
    pub fn value(mut self) -> Result<f64, Error> {
        let value = self.sum()?;
        match self.peek() {
            None => Ok(value),
            Some(')') => Err(self.error("this parenthesis was never opened")),
            Some(_) => Err(self.error("expected one of + - * / here")),
        }
    }

    fn sum(&mut self) -> Result<f64, Error> {
        let mut value = self.product()?;
        loop {
            match self.peek() {
                Some('+') => {
                    self.position += 1;
                    value = operations::add(value, self.product()?);
                }
                Some('-') => {
                    self.position += 1;
                    value = operations::subtract(value, self.product()?);
                }
                _ => return Ok(value),
            }
        }
    }

    fn product(&mut self) -> Result<f64, Error> {
        let mut value = self.factor()?;
        loop {
            match self.peek() {
                Some('*') => {
                    self.position += 1;
                    value = operations::multiply(value, self.factor()?);
                }
                Some('/') => {
                    self.position += 1;
                    self.peek();
                    let divisor = self.position;
                    value =
                        operations::divide(value, self.factor()?).map_err(|error| match error {
                            operations::Error::DivisionByZero => {
                                error_at(divisor, "division by zero")
                            }
                        })?;
                }
                _ => return Ok(value),
            }
        }
    }

    fn factor(&mut self) -> Result<f64, Error> {
        if self.depth == MAX_DEPTH {
            return Err(self.error("this is nested too deeply"));
        }
        self.depth += 1;
        let value = match self.peek() {
            Some('+') => {
                self.position += 1;
                self.factor()
            }
            Some('-') => {
                self.position += 1;
                self.factor().map(|value| -value)
            }
            Some('(') => self.parenthesized(),
            Some(character) if character.is_ascii_digit() || character == '.' => self.number(),
            Some(_) => Err(self.error("expected a number or a parenthesis here")),
            None => Err(self.error("the expression ends too early")),
        };
        self.depth -= 1;
        value
    }

    fn parenthesized(&mut self) -> Result<f64, Error> {
        let opening = self.position;
        self.position += 1;
        let value = self.sum()?;
        match self.peek() {
            Some(')') => {
                self.position += 1;
                Ok(value)
            }
            Some(_) => Err(self.error("expected one of + - * / or a closing parenthesis here")),
            None => Err(error_at(opening, "this parenthesis is never closed")),
        }
    }

    fn number(&mut self) -> Result<f64, Error> {
        let start = self.position;
        let text: String = self.characters[start..]
            .iter()
            .take_while(|character| character.is_ascii_digit() || **character == '.')
            .collect();
        self.position += text.len();
        text.parse()
            .map_err(|_| error_at(start, &format!("`{text}` is not a number")))
    }

    /// The next character that is no space. Leaves `position` on it.
    fn peek(&mut self) -> Option<char> {
        while self
            .characters
            .get(self.position)
            .is_some_and(|character| character.is_whitespace())
        {
            self.position += 1;
        }
        self.characters.get(self.position).copied()
    }

    fn error(&self, message: &str) -> Error {
        error_at(self.position, message)
    }
}

fn error_at(position: usize, message: &str) -> Error {
    Error {
        position: u32::try_from(position).unwrap_or(u32::MAX),
        message: message.to_owned(),
    }
}
