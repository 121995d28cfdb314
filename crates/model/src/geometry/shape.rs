//! The shape of a node: which ports show, and where.

use super::{HEADER_HEIGHT, NODE_FOOT, NODE_WIDTH, NOTE_HEIGHT, ROW_HEIGHT, Size, Used};
use crate::analysis::Side;
use crate::component::{ComponentInfo, PortKind};
use crate::graph::{Import, Point, inner};
use crate::name::InterfaceName;

/// How many characters of a name fit a row that a port has to itself.
const WIDE: usize = 36;

/// How many characters of both names together fit a row that an import shares with an export.
const SHARED: usize = 30;

/// A port that shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortRow {
    /// Its full name.
    pub name: String,
    /// What it carries; `None` where the component does not have it, and only a link speaks of it.
    pub kind: Option<PortKind>,
    /// Which row it is in, from 0.
    pub row: usize,
}

/// What a node looks like, wherever it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeShape {
    /// The ports on the left.
    pub imports: Vec<PortRow>,
    /// The ports on the right.
    pub exports: Vec<PortRow>,
    /// The imports that one row stands for: what every host provides, and no link fills.
    pub folded: Vec<String>,
    /// How many imports could be folded away, whether they are or not.
    pub plumbing: usize,
    /// Whether the component is not at hand.
    pub missing: bool,
    /// The row of `folded`; without any, one below the last.
    pub folded_row: usize,
}

impl NodeShape {
    /// The shape of a node of this component, with the ports in use in any case in it.
    pub fn new(component: Option<&ComponentInfo>, expanded: bool, used: &Used<'_>) -> Self {
        let Some(component) = component else {
            return Self::missing(used);
        };
        let mut shape = Self::default();
        let row = |port: &crate::Port| PortRow {
            name: port.name.clone(),
            kind: Some(port.kind),
            row: 0,
        };
        for port in &component.imports {
            let plumbing = InterfaceName::parse(&port.name).is_some_and(|n| n.is_host_plumbing());
            let foldable = plumbing && !used.imports.contains(&port.name.as_str());
            shape.plumbing += usize::from(foldable);
            if foldable && !expanded {
                shape.folded.push(port.name.clone());
            } else {
                shape.imports.push(row(port));
            }
        }
        shape.exports = component.exports.iter().map(row).collect();
        shape.complete(used);
        shape
    }

    /// The shape of a node that is an import of the result.
    pub fn of_import(import: &Import, used: &Used<'_>) -> Self {
        let mut shape = Self {
            exports: vec![PortRow {
                name: import.name.clone(),
                kind: Some(guess(import.item())),
                row: 0,
            }],
            ..Self::default()
        };
        shape.complete(used);
        shape
    }

    /// Adds the ports in use that do not show yet: what is inside of exports, and what the component lacks, since a link
    /// must end somewhere nevertheless.
    fn complete(&mut self, used: &Used<'_>) {
        let lacking: Vec<PortRow> = unknown(&used.imports, &self.imports).collect();
        self.imports.extend(lacking);
        let inside: Vec<PortRow> = unknown(&used.exports, &self.exports)
            .map(|mut row| {
                let (outer, _) = inner::steps(&row.name);
                let known = outer.is_empty() || self.exports.iter().any(|port| port.name == outer);
                row.kind = known.then(|| guess(inner::last(&row.name)));
                row
            })
            .collect();
        self.exports.extend(inside);
        self.arrange();
    }

    /// The shape of a node of this component that nothing is linked to yet.
    pub fn of_new(component: &ComponentInfo) -> Self {
        Self::new(Some(component), false, &Used::default())
    }

    fn missing(used: &Used<'_>) -> Self {
        let mut shape = Self {
            imports: unknown(&used.imports, &[]).collect(),
            exports: unknown(&used.exports, &[]).collect(),
            missing: true,
            ..Self::default()
        };
        shape.arrange();
        shape
    }

    /// Imports and exports share rows where all names can be read in full, as those of functions can; the exports
    /// stand below the imports otherwise.
    fn arrange(&mut self) {
        let fits = |(a, b): (&PortRow, &PortRow)| {
            a.name.chars().count() + b.name.chars().count() <= SHARED
        };
        let shared = self.imports.iter().zip(&self.exports).all(fits);
        let first = if shared { 0 } else { self.imports.len() };
        for (n, port) in self.imports.iter_mut().enumerate() {
            port.row = n;
        }
        for (n, port) in self.exports.iter_mut().enumerate() {
            port.row = first + n;
        }
        self.folded_row = self.imports.len().max(first + self.exports.len());
    }

    /// Its width and height.
    pub fn size(&self) -> Size {
        let rows = self.folded_row + usize::from(!self.folded.is_empty());
        Size {
            width: NODE_WIDTH,
            height: self.row_top(rows) + NODE_FOOT,
        }
    }

    /// The upper edge of a row, from the node's.
    pub fn row_top(&self, row: usize) -> f64 {
        let note = if self.missing { NOTE_HEIGHT } else { 0.0 };
        #[allow(clippy::cast_precision_loss)] // No component has 2^52 ports.
        let rows = row as f64;
        HEADER_HEIGHT + note + rows * ROW_HEIGHT
    }

    /// The ports of a side.
    pub fn side(&self, side: Side) -> &[PortRow] {
        match side {
            Side::Import => &self.imports,
            Side::Export => &self.exports,
        }
    }

    /// The centre of a port, from the node's top left corner. A folded import is where the row is that stands for it.
    pub fn port(&self, side: Side, name: &str) -> Option<Point> {
        let shown = self.side(side).iter().find(|port| port.name == name);
        let row = match shown {
            Some(port) => port.row,
            None if side == Side::Import && self.folded.iter().any(|f| f == name) => {
                self.folded_row
            }
            None => return None,
        };
        Some(self.centre(side, row))
    }

    fn centre(&self, side: Side, row: usize) -> Point {
        Point {
            x: match side {
                Side::Import => 0.0,
                Side::Export => NODE_WIDTH,
            },
            y: self.row_top(row) + ROW_HEIGHT / 2.0,
        }
    }

    /// The ports of a side that show, each with its centre from the node's top left corner.
    pub fn ports(&self, side: Side) -> impl Iterator<Item = (&str, Point)> {
        self.side(side)
            .iter()
            .map(move |port| (port.name.as_str(), self.centre(side, port.row)))
    }

    /// How a port's name is written in its row.
    pub fn label(&self, port: &PortRow) -> String {
        match port.name.is_empty() {
            true => "all exports".to_string(),
            false => elide(&port.name, WIDE),
        }
    }
}

fn unknown<'a>(names: &'a [&str], known: &'a [PortRow]) -> impl Iterator<Item = PortRow> + 'a {
    let strange = |name: &&&str| !known.iter().any(|port| port.name == **name);
    names.iter().filter(strange).map(|name| PortRow {
        name: (*name).to_string(),
        kind: None,
        row: 0,
    })
}

/// What something carries whose type is not at hand, by its name. The empty one is a whole instance.
fn guess(name: &str) -> PortKind {
    match name.is_empty() || InterfaceName::parse(name).is_some() {
        true => PortKind::Instance,
        false => PortKind::Function,
    }
}

/// A name in at most `max` characters: what is too much goes from the middle, and the version stays.
pub fn elide(name: &str, max: usize) -> String {
    let length = name.chars().count();
    if length <= max {
        return name.to_string();
    }
    let version = name.find('@').map_or("", |at| &name[at..]);
    let tail = version.chars().count();
    // A version that leaves no room for the name is cut like the rest.
    let tail = if tail + 8 > max {
        max / 2
    } else {
        tail + (max - tail) / 2
    };
    let head = max.saturating_sub(tail + 1);
    let start = name.chars().take(head);
    let end = name.chars().skip(length - tail);
    start.chain(['…']).chain(end).collect()
}
