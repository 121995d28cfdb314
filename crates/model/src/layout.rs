//! Tidy: a left-to-right arrangement of a graph.
