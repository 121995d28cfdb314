//! The nodes of a graph: instances of components, and imports of the result.

use super::{NodeId, Point};
use crate::component::ComponentRef;
use serde::{Deserialize, Serialize};

/// One box on the canvas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "DocumentNode", into = "DocumentNode")]
pub struct Node {
    /// Its identity.
    pub id: NodeId,
    /// Its name, unique in the graph; see [`check_label`](crate::name::check_label).
    pub name: String,
    /// What it stands for.
    pub kind: NodeKind,
    /// Its top left corner.
    pub position: Point,
    /// Whether the imports that every host provides are shown as ports too.
    pub expanded: bool,
    /// What a person wrote above it in a `.wac` source, kept for when it is written again.
    pub comment: String,
}

impl Node {
    /// An instance of a component.
    pub fn instance(id: NodeId, name: String, component: ComponentRef, position: Point) -> Self {
        Self {
            id,
            name,
            kind: NodeKind::Instance(component),
            position,
            expanded: false,
            comment: String::new(),
        }
    }

    /// The component that it is an instance of; `None` for an import.
    pub fn component(&self) -> Option<&ComponentRef> {
        match &self.kind {
            NodeKind::Instance(component) => Some(component),
            NodeKind::Import(_) => None,
        }
    }

    /// The import of the result that it stands for; `None` for an instance.
    pub fn import(&self) -> Option<&Import> {
        match &self.kind {
            NodeKind::Instance(_) => None,
            NodeKind::Import(import) => Some(import),
        }
    }
}

/// What a node stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// An instance of a component.
    Instance(ComponentRef),
    /// An import of the result.
    Import(Import),
}

/// An import of the result that is drawn, so that it can have a name of its own, be linked to chosen nodes only, or be
/// exported again. Its node has one export: the imported item, under the import's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Its name among the imports of the result: `wasi:keyvalue/store@0.2.0`, or a plain name such as `cache`.
    pub name: String,
    /// The import that it takes its type from, among those of `of`; absent where it is called the same.
    pub item: Option<String>,
    /// What has an import of that type.
    pub of: TypeSource,
}

impl Import {
    /// The name of the import whose type it has.
    pub fn item(&self) -> &str {
        self.item.as_deref().unwrap_or(&self.name)
    }
}

/// Where the type of an import comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeSource {
    /// The imports of a component.
    Component(ComponentRef),
    /// WIT text that stands alone: one world, and every package that it speaks of as a nested package.
    Wit(String),
}

/// A node as it is written. Few fields of plain types: a browser downloads what reads and writes them.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Node))]
pub(super) struct DocumentNode {
    id: NodeId,
    name: String,
    /// What it is an instance of; with `import`, whose import it takes its type from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    component: Option<ComponentRef>,
    /// The import of the result that it stands for, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    import: Option<String>,
    /// With `import`: the import that it takes its type from, where that has another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    item: Option<String>,
    /// With `import`: WIT that has an import of its type, in place of a component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wit: Option<String>,
    position: Point,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    expanded: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    comment: String,
}

impl TryFrom<DocumentNode> for Node {
    type Error = &'static str;

    fn try_from(node: DocumentNode) -> Result<Self, &'static str> {
        let of = match (node.component, node.wit) {
            (Some(component), None) => TypeSource::Component(component),
            (None, Some(wit)) => TypeSource::Wit(wit),
            _ => return Err("a node needs either a `component` or, with an `import`, its `wit`"),
        };
        let item = node.item;
        Ok(Self {
            kind: match (node.import, of) {
                (Some(name), of) => NodeKind::Import(Import { name, item, of }),
                (None, TypeSource::Component(component)) => NodeKind::Instance(component),
                (None, TypeSource::Wit(_)) => return Err("a node with `wit` needs an `import`"),
            },
            id: node.id,
            name: node.name,
            position: node.position,
            expanded: node.expanded,
            comment: node.comment,
        })
    }
}

impl From<Node> for DocumentNode {
    fn from(node: Node) -> Self {
        let (import, item, of) = match node.kind {
            NodeKind::Instance(component) => (None, None, TypeSource::Component(component)),
            NodeKind::Import(Import { name, item, of }) => (Some(name), item, of),
        };
        let (component, wit) = match of {
            TypeSource::Component(component) => (Some(component), None),
            TypeSource::Wit(wit) => (None, Some(wit)),
        };
        Self {
            id: node.id,
            name: node.name,
            component,
            import,
            item,
            wit,
            position: node.position,
            expanded: node.expanded,
            comment: node.comment,
        }
    }
}

/// The schema of a node is that of its document.
#[cfg(feature = "openapi")]
mod schema {
    use super::{DocumentNode, Node};
    use utoipa::openapi::{RefOr, Schema};

    impl utoipa::PartialSchema for Node {
        fn schema() -> RefOr<Schema> {
            <DocumentNode as utoipa::PartialSchema>::schema()
        }
    }

    impl utoipa::ToSchema for Node {
        fn name() -> std::borrow::Cow<'static, str> {
            "Node".into()
        }

        fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            <DocumentNode as utoipa::ToSchema>::schemas(schemas);
        }
    }
}
