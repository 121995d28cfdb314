//! Why a component cannot be generated.

use patchbay_model::NodeId;

/// What stands in the way, in one or two sentences.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    /// WIT text with a mistake in it, or without the world that is asked for.
    #[error("this WIT cannot be used: {0}")]
    Wit(String),
    /// A component whose types WIT has no words for, such as one that imports a component.
    #[error(
        "the types of `{package}` cannot be written as WIT, so nothing can be generated for it: {reason}"
    )]
    NotWit {
        /// The component.
        package: String,
        /// Why not.
        reason: String,
    },
    /// A node that is not there, or whose component is not.
    #[error("the node `{0}` is not an instance of a component that is here")]
    NoSuchNode(NodeId),
    /// A port that the component does not have.
    #[error("`{package}` has no {side} called `{name}`{}", did_you_mean(near.as_deref()))]
    NoSuchPort {
        /// The component.
        package: String,
        /// `import` or `export`.
        side: &'static str,
        /// The name that is asked for.
        name: String,
        /// The name that is nearest.
        near: Option<String>,
    },
    /// A value for a function that is not there.
    #[error("there is no function `{name}` to give a value to{}", did_you_mean(near.as_deref()))]
    NoSuchFunction {
        /// As it was spelled.
        name: String,
        /// The name that is nearest.
        near: Option<String>,
    },
    /// A short name that several functions have.
    #[error("`{name}` may mean {}; write the whole name", .candidates.join(" or "))]
    Ambiguous {
        /// As it was spelled.
        name: String,
        /// The functions it may mean.
        candidates: Vec<String>,
    },
    /// A value that is not one of the function's result type.
    #[error("the value for `{function}` does not fit: {reason}")]
    Value {
        /// Whose value it is.
        function: String,
        /// What does not fit, and where.
        reason: String,
    },
    /// More than one call may ask for.
    #[error("this is too much to generate: {found} {what}, and up to {limit} are taken")]
    TooLarge {
        /// What there is too much of, in the plural.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// How much there may be.
        limit: u64,
    },
    /// Ports that differ in more than shape.
    #[error("no adapter can link these: {0}")]
    NotAdaptable(String),
    /// An import that a node shares the resources of with what it has from elsewhere.
    #[error("`{node}` alone cannot be refused `{port}`: {reason}")]
    NotRefusable {
        /// The node.
        node: String,
        /// Its import.
        port: String,
        /// What it shares them with.
        reason: String,
    },
    /// The tools below refused, or there is a mistake in this one.
    #[error("the component could not be generated: {0}")]
    Failed(String),
}

impl GenerateError {
    /// A stable identifier of the class, as in `urn:patchbay:problem:wit-syntax`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Wit(_) => "wit-syntax",
            Self::NotWit { .. } => "not-wit",
            Self::NoSuchNode(_) => "no-such-node",
            Self::NoSuchPort { .. } => "no-such-port",
            Self::NoSuchFunction { .. } | Self::Ambiguous { .. } => "no-such-function",
            Self::Value { .. } => "bad-value",
            Self::TooLarge { .. } => "too-much-to-generate",
            Self::NotAdaptable(_) => "not-adaptable",
            Self::NotRefusable { .. } => "not-refusable",
            Self::Failed(_) => "not-generated",
        }
    }

    /// Refuses more than `limit` of something.
    pub(crate) fn at_most(what: &'static str, found: u64, limit: u64) -> Result<(), Self> {
        match found > limit {
            true => Err(Self::TooLarge { what, found, limit }),
            false => Ok(()),
        }
    }
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}
