//! Undo and redo: one gesture, one step.

use crate::graph::Graph;
use crate::op::{OpError, Transaction};

/// How many gestures can be undone.
pub const STEPS: usize = 500;

/// The gestures done and undone since the document was opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Inverses, the last gesture's last.
    undo: Vec<Transaction>,
    redo: Vec<Transaction>,
}

impl History {
    /// Applies a gesture and remembers how to undo it. A gesture without operations is none.
    ///
    /// # Errors
    /// As [`Graph::apply`]; nothing is remembered then.
    pub fn commit(&mut self, graph: &mut Graph, gesture: &Transaction) -> Result<(), OpError> {
        if gesture.ops.is_empty() {
            return Ok(());
        }
        let inverse = graph.apply(gesture)?;
        self.redo.clear();
        if self.undo.len() == STEPS {
            self.undo.remove(0);
        }
        self.undo.push(inverse);
        Ok(())
    }

    /// Makes the last two gestures one, called as the first of them: a key that is held repeats what it does.
    pub fn merge(&mut self) {
        if let Some(mut later) = self.undo.pop()
            && let Some(earlier) = self.undo.last_mut()
        {
            later.ops.append(&mut earlier.ops);
            earlier.ops = later.ops;
        }
    }

    /// Undoes the last gesture; returns its label, or `None` when there is none.
    pub fn undo(&mut self, graph: &mut Graph) -> Option<String> {
        Self::step(graph, &mut self.undo, &mut self.redo)
    }

    /// Does the gesture again that was undone last.
    pub fn redo(&mut self, graph: &mut Graph) -> Option<String> {
        Self::step(graph, &mut self.redo, &mut self.undo)
    }

    /// What `undo` would undo.
    pub fn undo_label(&self) -> Option<&str> {
        self.undo.last().map(|t| t.label.as_str())
    }

    /// What `redo` would do again.
    pub fn redo_label(&self) -> Option<&str> {
        self.redo.last().map(|t| t.label.as_str())
    }

    fn step(
        graph: &mut Graph,
        from: &mut Vec<Transaction>,
        to: &mut Vec<Transaction>,
    ) -> Option<String> {
        let transaction = from.pop()?;
        // The inverse of what was applied last always applies: only commits and steps change the graph in between.
        let inverse = graph.apply(&transaction).ok()?;
        to.push(inverse);
        Some(transaction.label)
    }
}
