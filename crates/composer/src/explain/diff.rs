//! Every difference between two types, in words.
//!
//! wac's checker stops at the first; a person who repairs a component wants to know all. The rules are those of
//! `wac-types/src/checker.rs`: functions must be equal down to the names of their parameters, an instance may export
//! more than is wanted, resources are compared by name.

use crate::explain::marks::Touched;
use crate::explain::nearest::nearest;
use crate::explain::spoken::{a_kind, of_resource, plain, spoken, type_word, word};
use crate::limits;
use crate::wit::type_text::TypeText;
use std::collections::HashSet;
use wac_types::{
    DefinedType, DefinedTypeId, FuncTypeId, InterfaceId, ItemKind, ResourceId, Type, Types,
    ValueType,
};

/// What the two sides are called.
#[derive(Clone, Copy)]
pub(crate) struct Sides<'a> {
    /// The side that offers.
    pub(crate) have: &'a str,
    /// The side that asks.
    pub(crate) want: &'a str,
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Differences {
    /// Each in words, with the path to it.
    pub(crate) reasons: Vec<String>,
    /// The items of the two types that differ.
    pub(crate) touched: Vec<Touched>,
}

/// Finds differences.
pub(crate) struct Differ<'a> {
    types: &'a Types,
    sides: Sides<'a>,
    /// Whether it matters that one side lacks what the other has.
    missing_matters: bool,
    have: TypeText<'a>,
    want: TypeText<'a>,
    /// Where we are: the function, the parameter, the field, …
    path: Vec<String>,
    /// The item of the outermost interface that we are in.
    item: Touched,
    found: Differences,
    /// Pairs of types that were compared, so that a type used by ten functions is spoken of once.
    seen: HashSet<(DefinedTypeId, DefinedTypeId)>,
}

impl<'a> Differ<'a> {
    pub(crate) fn new(types: &'a Types, sides: Sides<'a>) -> Self {
        // Without an interface there are no names; `differences` sets them.
        let nothing = ItemKind::Value(ValueType::Primitive(wac_types::PrimitiveType::Bool));
        Self {
            types,
            sides,
            missing_matters: true,
            have: TypeText::of(types, nothing),
            want: TypeText::of(types, nothing),
            path: Vec::new(),
            item: Touched::default(),
            found: Differences::default(),
            seen: HashSet::new(),
        }
    }

    /// Two open imports may each have functions that the other lacks: the merged import has them all.
    pub(crate) fn merging(mut self) -> Self {
        self.missing_matters = false;
        self
    }

    /// The differences; none for types that agree, and for kinds that are compared by wac alone (components, modules).
    pub(crate) fn differences(mut self, have: ItemKind, want: ItemKind) -> Differences {
        self.have = TypeText::of(self.types, have);
        self.want = TypeText::of(self.types, want);
        self.item(have, want);
        self.found
    }

    fn say(&mut self, text: String) {
        if self.found.touched.last() != Some(&self.item) {
            self.found.touched.push(self.item.clone());
        }
        if self.found.reasons.len() >= limits::REASONS {
            return;
        }
        let reason = match self.path.is_empty() {
            true => text,
            false => format!("{}: {text}", self.path.join(", ")),
        };
        self.found.reasons.push(reason);
    }

    /// Looks at what an interface has under a name; in the outermost one, that is what gets marked.
    fn under(&mut self, have: Option<&str>, want: &str, look: impl FnOnce(&mut Self)) {
        if !self.path.is_empty() {
            return look(self);
        }
        self.item = Touched {
            have: have.map(plain),
            want: Some(plain(want)),
        };
        look(self);
        self.item = Touched::default();
    }

    fn within(&mut self, step: impl Into<String>, look: impl FnOnce(&mut Self)) {
        self.path.push(step.into());
        look(self);
        self.path.pop();
    }

    /// `X in the export, Y in the import`
    fn differ(&mut self, have: impl std::fmt::Display, want: impl std::fmt::Display) {
        let Sides { have: a, want: b } = self.sides;
        self.say(format!("{have} in {a}, {want} in {b}"));
    }

    fn item(&mut self, have: ItemKind, want: ItemKind) {
        let types = self.types;
        match (have, want) {
            (ItemKind::Instance(a), ItemKind::Instance(b)) => self.interface(a, b),
            (ItemKind::Func(a), ItemKind::Func(b)) => self.func(a, b),
            (ItemKind::Type(a), ItemKind::Type(b)) => self.ty(a, b),
            (ItemKind::Value(a), ItemKind::Value(b)) => self.value(a, b),
            (ItemKind::Component(_), ItemKind::Component(_))
            | (ItemKind::Module(_), ItemKind::Module(_)) => {}
            (a, b) => self.differ(a_kind(a, types), a_kind(b, types)),
        }
    }

    fn ty(&mut self, have: Type, want: Type) {
        let types = self.types;
        match (have, want) {
            (Type::Value(a), Type::Value(b)) => self.value(a, b),
            (Type::Resource(a), Type::Resource(b)) => self.resource(a, b),
            (Type::Func(a), Type::Func(b)) => self.func(a, b),
            (Type::Interface(a), Type::Interface(b)) => self.interface(a, b),
            (Type::World(_), Type::World(_)) | (Type::Module(_), Type::Module(_)) => {}
            (a, b) => self.differ(
                a_kind(ItemKind::Type(a), types),
                a_kind(ItemKind::Type(b), types),
            ),
        }
    }

    fn interface(&mut self, have: InterfaceId, want: InterfaceId) {
        let types = self.types;
        let (have, want) = (&types[have].exports, &types[want].exports);
        for (name, b) in want {
            match have.get(name) {
                Some(a) => self.under(Some(name), name, |d| {
                    let step = match (of_resource(name), b) {
                        (Some(("constructor", _)), _) => format!("constructor {}", spoken(name)),
                        (_, ItemKind::Type(_)) => {
                            let words = (type_word(*a, types), type_word(*b, types));
                            let word = if words.0 == words.1 { words.0 } else { "type" };
                            format!("{word} {}", spoken(name))
                        }
                        _ => spoken(name),
                    };
                    d.within(step, |d| d.item(*a, *b));
                }),
                None if self.missing_matters => {
                    let wanted = match b {
                        ItemKind::Func(id) => format!(" (`{}`)", self.want.short_func(*id)),
                        _ => String::new(),
                    };
                    let spare = have.keys().filter(|name| !want.contains_key(*name));
                    let near = nearest(name, spare);
                    let hint = near.map_or_else(String::new, |near| {
                        let (what, near) = (word(near, have[near]), spoken(near));
                        format!("; it has the {what} {near}")
                    });
                    let Sides { have: a, want: n } = self.sides;
                    let (what, spoken) = (word(name, *b), spoken(name));
                    self.under(near, name, |d| {
                        d.say(format!(
                            "{a} lacks the {what} {spoken}{wanted}, which {n} needs{hint}"
                        ));
                    });
                }
                None => {}
            }
        }
    }

    fn func(&mut self, have: FuncTypeId, want: FuncTypeId) {
        let types = self.types;
        let (a, b) = (&types[have], &types[want]);
        if a.is_async != b.is_async {
            let word = |is_async| if is_async { "async" } else { "not async" };
            self.differ(word(a.is_async), word(b.is_async));
        }
        if a.params.len() != b.params.len() {
            self.within("the number of parameters", |d| {
                d.differ(
                    format!("`{}`", d.have.short_func(have)),
                    format!("`{}`", d.want.short_func(want)),
                );
            });
        } else {
            for (i, ((an, at), (bn, bt))) in a.params.iter().zip(&b.params).enumerate() {
                if an != bn {
                    let Sides { have, want } = self.sides;
                    self.say(format!(
                        "parameter {} is called `{an}` in {have} and `{bn}` in {want} (names are part of a function's type)",
                        i + 1
                    ));
                }
                self.within(format!("parameter `{bn}`"), |d| d.value(*at, *bt));
            }
        }
        self.within("result", |d| match (a.result, b.result) {
            (Some(a), Some(b)) => d.value(a, b),
            (None, None) => {}
            (a, b) => d.optional(a, b),
        });
    }

    fn optional(&mut self, have: Option<ValueType>, want: Option<ValueType>) {
        match (have, want) {
            (Some(a), Some(b)) => self.value(a, b),
            (None, None) => {}
            (Some(a), None) => self.differ(format!("`{}`", self.have.short(a)), "nothing"),
            (None, Some(b)) => self.differ("nothing", format!("`{}`", self.want.short(b))),
        }
    }

    fn value(&mut self, have: ValueType, want: ValueType) {
        if let (ValueType::Defined(a), ValueType::Defined(b)) = (have, want)
            && self.is_alias(a)
            && self.is_alias(b)
            && !self.seen.insert((a, b))
        {
            return;
        }
        let a = self.types.resolve_value_type(have);
        let b = self.types.resolve_value_type(want);
        match (a, b) {
            (ValueType::Primitive(x), ValueType::Primitive(y)) if x == y => {}
            (ValueType::Own(a), ValueType::Own(b))
            | (ValueType::Borrow(a), ValueType::Borrow(b)) => self.resource(a, b),
            (ValueType::Defined(a), ValueType::Defined(b)) => {
                if a != b && self.seen.insert((a, b)) {
                    self.defined(a, b);
                }
            }
            _ => self.types_differ(have, want),
        }
    }

    fn is_alias(&self, id: DefinedTypeId) -> bool {
        matches!(self.types[id], DefinedType::Alias(_))
    }

    fn types_differ(&mut self, have: ValueType, want: ValueType) {
        let (a, b) = (self.have.short(have), self.want.short(want));
        if a == b {
            // One name for two things.
            let types = self.types;
            let (a, b) = (
                types.resolve_value_type(have),
                types.resolve_value_type(want),
            );
            return self.differ(
                format!("`{}`", a.desc(types)),
                format!("`{}`", b.desc(types)),
            );
        }
        self.differ(format!("`{a}`"), format!("`{b}`"));
    }

    fn resource(&mut self, have: ResourceId, want: ResourceId) {
        let types = self.types;
        let a = &types[types.resolve_resource(have)].name;
        let b = &types[types.resolve_resource(want)].name;
        if a != b {
            self.differ(format!("the resource `{a}`"), format!("the resource `{b}`"));
        }
    }

    fn defined(&mut self, have: DefinedTypeId, want: DefinedTypeId) {
        use DefinedType as T;
        let types = self.types;
        match (&types[have], &types[want]) {
            (T::List(a), T::List(b)) => self.within("element", |d| d.value(*a, *b)),
            (T::FixedSizeList(a, m), T::FixedSizeList(b, n)) => {
                if m != n {
                    self.differ(format!("{m} elements"), format!("{n} elements"));
                }
                self.within("element", |d| d.value(*a, *b));
            }
            (T::Map(ak, av), T::Map(bk, bv)) => {
                self.within("key", |d| d.value(*ak, *bk));
                self.within("value", |d| d.value(*av, *bv));
            }
            (T::Option(a), T::Option(b)) => self.within("option", |d| d.value(*a, *b)),
            (T::Stream(a), T::Stream(b)) => self.within("stream", |d| d.optional(*a, *b)),
            (T::Future(a), T::Future(b)) => self.within("future", |d| d.optional(*a, *b)),
            (T::Result { ok: a, err: x }, T::Result { ok: b, err: y }) => {
                self.within("ok", |d| d.optional(*a, *b));
                self.within("error", |d| d.optional(*x, *y));
            }
            (T::Tuple(a), T::Tuple(b)) if a.len() == b.len() => {
                for (i, (a, b)) in a.iter().zip(b).enumerate() {
                    self.within(format!("item {}", i + 1), |d| d.value(*a, *b));
                }
            }
            (T::Record(a), T::Record(b)) => self.in_type("record", want, |d| {
                d.members(
                    "field",
                    a.fields.iter().map(|(n, ty)| (n, Some(*ty))),
                    b.fields.iter().map(|(n, ty)| (n, Some(*ty))),
                );
            }),
            (T::Variant(a), T::Variant(b)) => self.in_type("variant", want, |d| {
                d.members(
                    "case",
                    a.cases.iter().map(|(n, ty)| (n, *ty)),
                    b.cases.iter().map(|(n, ty)| (n, *ty)),
                );
            }),
            (T::Enum(a), T::Enum(b)) => self.in_type("enum", want, |d| {
                d.members("case", a.0.iter().map(bare), b.0.iter().map(bare));
            }),
            (T::Flags(a), T::Flags(b)) => self.in_type("flags", want, |d| {
                d.members("flag", a.0.iter().map(bare), b.0.iter().map(bare));
            }),
            _ => self.types_differ(ValueType::Defined(have), ValueType::Defined(want)),
        }
    }

    /// Says which type we are in, unless the step before has just said so.
    fn in_type(&mut self, word: &str, id: DefinedTypeId, look: impl FnOnce(&mut Self)) {
        let step = match self.want.name(id) {
            Some(name) => format!("{word} `{name}`"),
            None => word.to_string(),
        };
        match self.path.last() == Some(&step) {
            true => look(self),
            false => self.within(step, look),
        }
    }

    /// Fields, cases or flags: the same ones, in the same order.
    fn members<'n>(
        &mut self,
        word: &str,
        have: impl Iterator<Item = (&'n String, Option<ValueType>)>,
        want: impl Iterator<Item = (&'n String, Option<ValueType>)>,
    ) {
        let have: indexmap::IndexMap<_, _> = have.collect();
        let want: indexmap::IndexMap<_, _> = want.collect();
        let Sides { have: a, want: b } = self.sides;
        for name in want.keys().filter(|name| !have.contains_key(*name)) {
            self.say(format!("{a} lacks the {word} `{name}`"));
        }
        for name in have.keys().filter(|name| !want.contains_key(*name)) {
            self.say(format!(
                "{a} has the {word} `{name}`, which {b} does not know"
            ));
        }
        let same_names = have.len() == want.len() && want.keys().all(|n| have.contains_key(n));
        if same_names && !have.keys().eq(want.keys()) {
            self.say(format!("the {word}s come in another order"));
        }
        for (name, b) in &want {
            if let Some(a) = have.get(name) {
                self.within(format!("{word} `{name}`"), |d| d.optional(*a, *b));
            }
        }
    }
}

fn bare(name: &String) -> (&String, Option<ValueType>) {
    (name, None)
}
