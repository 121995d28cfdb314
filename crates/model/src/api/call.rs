//! Calling the functions of a component by hand.

use super::Usage;
use serde::{Deserialize, Serialize};

/// A function that a component exports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunctionInfo {
    /// `docs:calculator/add@0.1.0#add`, or `add` alone where the component exports it itself.
    pub name: String,
    /// In order.
    pub parameters: Vec<Parameter>,
    /// Nothing, if it gives nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Typed>,
    /// Why it cannot be called by hand, if it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<String>,
}

/// What a function takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(flatten)]
    pub typed: Typed,
}

/// A type, as text and as a tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Typed {
    /// In WIT, with named types written out: `list<record { x: s32 }>`.
    pub text: String,
    /// The same as a tree: `"u32"`, `{"list":"u8"}`, `{"record":[["x","s32"],["y","s32"]]}`,
    /// `{"variant":[["none",null],["some","char"]]}`, `{"result":{"ok":"u8"}}`, `{"borrow":"counter"}`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub shape: Shape,
}

/// A type of the component model as JSON: `"u32"`, `{"list":"u8"}`, `{"record":[["x","s32"],["y","s32"]]}`,
/// `{"variant":[["none",null],["some","char"]]}`, `{"result":{"ok":"u8"}}`, `{"borrow":"counter"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "these are the names of the component model")]
pub enum Shape {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    Char,
    String,
    List(Box<Shape>),
    Record(Vec<(String, Shape)>),
    Tuple(Vec<Shape>),
    Variant(Vec<(String, Option<Shape>)>),
    Enum(Vec<String>),
    Option(Box<Shape>),
    Result {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ok: Option<Box<Shape>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        err: Option<Box<Shape>>,
    },
    Flags(Vec<String>),
    /// A handle to a resource of that name, which is given away.
    Own(String),
    /// A handle to a resource of that name, which is lent for the call.
    Borrow(String),
}

/// A call by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CallRequest {
    /// As in the list of functions.
    pub function: String,
    /// In order, each in WAVE. A handle to a resource is the name it is held by, in quotes: `"counter-1"`.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// Calls of one session meet the same instance, and can use the resources that earlier ones made. Without a session
    /// a call meets a new instance. Any name will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CallOutcome {
    /// It returned.
    Returned {
        /// In WAVE; nothing where the function gives nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result: Option<String>,
        /// The resources that the session holds, each with the name of its type.
        held: Vec<(String, String)>,
        /// What the call took.
        usage: Usage,
    },
    /// It was not called, or did not return.
    Failed {
        /// A stable word: `wrong-argument`, `trapped`, `out-of-time`, …
        reason: String,
        /// What happened, in a sentence.
        message: String,
        /// The parameter whose argument was wrong.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parameter: Option<String>,
    },
}
