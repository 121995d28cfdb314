//! Everything that is wrong with what instances are given, where wac stops at the first mistake.
//!
//! The instance that wac stopped at is looked at as a whole: what comes before it is resolved once more with the
//! expressions that it is given exported, and their types are read off the graph. Then it is given nothing, so that what
//! follows can be resolved, up to the next such instance.

use super::mismatch::Typed;
use super::resolver::{Resolver, find};
use super::syntax::{at, give_nothing, news, reference};
use crate::check::verdict::Judge;
use crate::explain::{Side, explain};
use crate::guard::guarded;
use indexmap::IndexMap;
use miette::SourceSpan;
use patchbay_model::analysis::Mismatch;
use std::collections::BTreeSet;
use wac_graph::types::{ItemKind, Types};
use wac_graph::{CompositionGraph, NodeId};
use wac_parser::resolution::Error;
use wac_parser::{Document, Expr, InstantiationArgument, InstantiationArgumentName, NewExpr};

/// How many faulty instances are looked at: each takes resolving the source anew, twice. As many as the bytes that are read
/// for them allow, …
const READ_BYTES: usize = 32 << 20;

/// … but this many at least, …
const FEW: usize = 20;

/// … and at most.
const INSTANCES: usize = 100;

/// A mistake in wac's terms, with both types where two do not fit.
pub(super) type Fault = (Error, Option<Mismatch>);

/// All that is wrong with the arguments of the instance that an error speaks of, and of those after it. Nothing for errors
/// of other kinds.
pub(super) fn faults(
    document: &Document<'_>,
    resolver: &Resolver<'_>,
    error: &Error,
) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut document = document.clone();
    let mut place = place(&document, error);
    let affordable = READ_BYTES / (2 * resolver.packages_size()).max(1);
    for _ in 0..affordable.clamp(FEW, INSTANCES) {
        let Some(at) = place else { break };
        match guarded(|| of_instance(&document, resolver, at)) {
            Ok(Some(faults)) if !faults.is_empty() => found.extend(faults),
            _ => break,
        }
        let statements = document.statements.iter_mut();
        statements.for_each(|statement| give_nothing(statement, at));
        // With less in it, the result may not be what it is to be.
        document.directive.targets = None;
        place = match guarded(|| resolver.resolve(&document).err()) {
            Ok(Some(next)) => self::place(&document, &next),
            _ => None,
        };
    }
    found
}

/// The instance whose arguments an error speaks of, by where its package stands.
pub(super) fn place(document: &Document<'_>, error: &Error) -> Option<SourceSpan> {
    let mut all = document.statements.iter().flat_map(news);
    match error {
        Error::MissingInstantiationArg { span, .. } => Some(*span),
        Error::MismatchedInstantiationArg { span, .. }
        | Error::DuplicateInstantiationArg { span, .. }
        | Error::MissingComponentImport { span, .. }
        | Error::SpreadInstantiationNoMatch { span } => all
            .find(|new| new.arguments.iter().any(|given| at(given) == *span))
            .map(|new| new.package.span),
        _ => None,
    }
}

fn of_instance(
    document: &Document<'_>,
    resolver: &Resolver<'_>,
    place: SourceSpan,
) -> Option<Vec<Fault>> {
    let mut statements = document.statements.iter().enumerate();
    let (before, new) = statements.find_map(|(before, statement)| {
        let new = news(statement)
            .into_iter()
            .find(|n| n.package.span == place);
        Some((before, new?))
    })?;
    let given = new.arguments.iter().filter_map(|given| {
        let expr = match given {
            InstantiationArgument::Named(named) => named.expr.clone(),
            InstantiationArgument::Inferred(id) | InstantiationArgument::Spread(id) => {
                reference(*id)
            }
            InstantiationArgument::Fill(_) => return None,
        };
        Some((given, expr))
    });
    let (given, exprs): (Vec<&InstantiationArgument<'_>>, Vec<Expr<'_>>) = given.unzip();
    let (mut graph, nodes) = resolver.probed(document, before, exprs)?;
    let world = resolver.world(&mut graph, &new.package)?;
    let mut arguments = Arguments {
        graph: &graph,
        new,
        imports: &graph.types()[world].imports,
        judge: Judge::new(graph.types()),
        taken: BTreeSet::new(),
        faults: Vec::new(),
    };
    arguments.judge_all(&given.into_iter().zip(nodes).collect::<Vec<_>>());
    Some(arguments.faults)
}

/// What an instance is given, and what it imports.
struct Arguments<'g> {
    graph: &'g CompositionGraph,
    new: &'g NewExpr<'g>,
    imports: &'g IndexMap<String, ItemKind>,
    judge: Judge<'g>,
    /// The imports that are given something.
    taken: BTreeSet<String>,
    faults: Vec<Fault>,
}

impl<'g> Arguments<'g> {
    /// In wac's order: spreads fill what the others leave.
    fn judge_all(&mut self, given: &[(&InstantiationArgument<'g>, NodeId)]) {
        let (new, imports) = (self.new, self.imports);
        for (argument, node) in given {
            let span = at(argument);
            let name = match argument {
                InstantiationArgument::Named(named) => self.named(&named.name),
                InstantiationArgument::Inferred(id) => self.inferred(id.string, *node),
                _ => continue,
            };
            if !self.taken.insert(name.clone()) {
                let twice = Error::DuplicateInstantiationArg { name, span };
                self.faults.push((twice, None));
            } else if let Some(want) = imports.get(&name) {
                let kind = self.graph[*node].item_kind();
                let called = self.graph.get_alias_source(*node).map(|(_, name)| name);
                let given = (called.unwrap_or(&name), kind);
                self.judge(&name, *want, given, span);
            } else {
                let unknown = Error::MissingComponentImport {
                    package: new.package.name.to_string(),
                    import: name,
                    span,
                };
                self.faults.push((unknown, None));
            }
        }
        for (argument, node) in given {
            if let InstantiationArgument::Spread(id) = argument {
                self.spread(*node, id.span);
            }
        }
        let open =
            |given: &InstantiationArgument<'_>| matches!(given, InstantiationArgument::Fill(_));
        if new.arguments.iter().any(open) {
            return;
        }
        let missing = imports.keys().filter(|name| !self.taken.contains(*name));
        let missing = missing.map(|name| Error::MissingInstantiationArg {
            name: name.clone(),
            package: new.package.string.to_string(),
            span: new.package.span,
        });
        self.faults.extend(missing.map(|error| (error, None)));
    }

    fn spread(&mut self, node: NodeId, span: SourceSpan) {
        let types: &'g Types = self.graph.types();
        let ItemKind::Instance(id) = self.graph[node].item_kind() else {
            return;
        };
        let mut fills = false;
        for (name, want) in self.imports {
            if self.taken.contains(name) {
                continue;
            }
            if let Some((called, kind)) = find(&types[id].exports, name) {
                fills = true;
                self.taken.insert(name.clone());
                self.judge(name, *want, (called, kind), span);
            }
        }
        if !fills {
            let nothing = Error::SpreadInstantiationNoMatch { span };
            self.faults.push((nothing, None));
        }
    }

    fn judge(
        &mut self,
        name: &str,
        want: ItemKind,
        (called, kind): (&str, ItemKind),
        span: SourceSpan,
    ) {
        let Err(chain) = self.judge.agree(kind, want) else {
            return;
        };
        let types = self.graph.types();
        let given = Typed::of(types, called, kind);
        let want = Typed::of(types, name, want);
        let mismatch = explain(
            types,
            Side::new("the argument", "The argument is", given.port()),
            Side::new("the import", "The import wants", want.port()),
            &chain,
        );
        let error = Error::MismatchedInstantiationArg {
            name: name.to_string(),
            span,
            source: anyhow::Error::msg(chain),
        };
        self.faults.push((error, Some(mismatch)));
    }

    /// The import that a named argument is for: `things` may stand for `test:data/things@1.0.0`.
    fn named(&self, name: &InstantiationArgumentName<'_>) -> String {
        let name = match name {
            InstantiationArgumentName::Ident(id) => self.in_full(id.string).unwrap_or(id.string),
            InstantiationArgumentName::String(text) => text.value,
        };
        name.to_string()
    }

    /// The import that a bare identifier is for.
    fn inferred(&self, id: &str, node: NodeId) -> String {
        let interface = match self.graph[node].item_kind() {
            ItemKind::Instance(interface) => self.graph.types()[interface].id.as_deref(),
            _ => None,
        };
        let import = self.graph.get_import_name(node);
        let own = import.or_else(|| self.graph.get_alias_source(node).map(|(_, name)| name));
        let mut names = interface.into_iter().chain(own);
        let known = names.find(|name| self.imports.contains_key(*name));
        let name = known.or_else(|| self.in_full(id)).unwrap_or(id);
        name.to_string()
    }

    /// The one interface whose name ends so.
    fn in_full(&self, name: &str) -> Option<&'g str> {
        if self.imports.contains_key(name) {
            return None;
        }
        let last = |full: &str| {
            let (_, last) = full.rsplit_once('/')?;
            Some(last.split('@').next() == Some(name))
        };
        let mut matching = self.imports.keys().filter(|full| last(full) == Some(true));
        let only = matching.next()?;
        matching.next().is_none().then_some(only.as_str())
    }
}
