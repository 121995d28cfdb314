//! What might be wrong with what instances are given.

use super::super::idents::escaped;
use super::super::resolver::find;
use super::super::syntax::{at, news};
use super::Guess;
use super::edits::{end, extent, fill, give, insert, replace, take};
use super::guess::{Guesser, holds};
use super::scope::{name, spelled};
use crate::explain::nearest::nearest;
use miette::SourceSpan;
use wac_parser::{Ident, InstantiationArgument, NewExpr, PrimaryExpr};

/// How many instances are looked at for one mistake.
const LOOKED_AT: usize = 20;

/// How many imports are thought of in place of one that is not there.
const NAMES: usize = 4;

/// The most guesses at who shares what with whom.
const GUESSES: usize = 200;

impl Guesser<'_> {
    /// Gives an instance what others offer for an import.
    pub(super) fn gifts(&self, before: usize, new: &NewExpr<'_>, name: &str) -> Vec<Guess> {
        let Some(imports) = self.imports(new) else {
            return Vec::new();
        };
        let key = find(&imports, name).map_or(name, |(name, _)| name);
        let spelled = spelled(key, imports.keys());
        let offers = self.offers(before, key);
        let give = |(expr, _): (String, &str)| {
            let edit = give(self.source, new, &format!("{spelled}: {expr}"));
            (format!("Give it `{expr}`"), vec![edit])
        };
        offers.into_iter().map(give).collect()
    }

    pub(super) fn argument(&self, name: &str, package: SourceSpan) -> Vec<Guess> {
        let Some((before, new)) = self.new_of_package(package) else {
            return Vec::new();
        };
        let mut guesses = self.gifts(before, new, name);
        let open = fill(self.source, new);
        guesses.extend(open.map(|edit| {
            (
                "Import what is missing from outside".to_string(),
                vec![edit],
            )
        }));
        guesses
    }

    pub(super) fn other_name(&self, name: &str, span: SourceSpan) -> Vec<Guess> {
        let Some((before, new, place)) = self.given(span) else {
            return Vec::new();
        };
        let imports = self.imports(new).unwrap_or_default();
        let near = nearest(name, imports.keys()).map(String::from);
        let others = imports.keys().filter(|other| Some(*other) != near.as_ref());
        let mut guesses = Vec::new();
        for wanted in near.iter().chain(others).take(NAMES) {
            let spelled = spelled(wanted, imports.keys());
            let (label, given) = match &new.arguments[place] {
                InstantiationArgument::Named(_) => {
                    let edit = replace(span, spelled.clone());
                    (format!("Name the argument `{spelled}`"), edit)
                }
                _ => {
                    let edit = insert(span.offset(), format!("{spelled}: "));
                    (format!("Give it as `{spelled}`"), edit)
                }
            };
            guesses.push((label, vec![given]));
            // The whole instance may have been given where one of its exports was meant.
            let instance = spoken_of(&new.arguments[place]);
            let offers = self.offers(before, wanted);
            for (expr, _) in offers.into_iter().filter(|(_, of)| Some(*of) == instance) {
                let text = format!("{spelled}: {expr}");
                let edit = replace(self.extent(new, place), text.clone());
                guesses.push((format!("Write `{text}`"), vec![edit]));
            }
        }
        guesses.push(self.dropped(new, place));
        guesses
    }

    fn dropped(&self, new: &NewExpr<'_>, place: usize) -> Guess {
        let edit = take(self.source, new, place);
        let span = at(&new.arguments[place]);
        let name = &self.source[span.offset()..end(span)];
        let label = match &new.arguments[place] {
            InstantiationArgument::Spread(_) => format!("Remove `...{name}`"),
            _ => format!("Remove the argument `{}`", name.trim_matches('"')),
        };
        (label, vec![edit])
    }

    pub(super) fn other_supplier(&self, name: &str, span: SourceSpan) -> Vec<Guess> {
        let Some((before, new, place)) = self.given(span) else {
            return Vec::new();
        };
        let mut guesses = Vec::new();
        match &new.arguments[place] {
            InstantiationArgument::Named(named) => {
                for (expr, _) in self.offers(before, name) {
                    let edit = replace(named.expr.span, expr.clone());
                    guesses.push((format!("Give it `{expr}`"), vec![edit]));
                }
            }
            // What is named goes before what is spread.
            _ => guesses.extend(self.gifts(before, new, name)),
        }
        guesses.push(self.imported(new, place));
        guesses
    }

    pub(super) fn only_once(&self, name: &str, span: SourceSpan) -> Vec<Guess> {
        let Some((_, new, place)) = self.given(span) else {
            return Vec::new();
        };
        let mut guesses = vec![(
            format!("Remove the second `{name}`"),
            vec![take(self.source, new, place)],
        )];
        let same = |given: &InstantiationArgument<'_>| {
            let text = |given| {
                let span = at(given);
                &self.source[span.offset()..end(span)]
            };
            text(given) == text(&new.arguments[place])
        };
        if let Some(first) = new.arguments[..place].iter().position(same) {
            let edit = take(self.source, new, first);
            guesses.push((format!("Remove the first `{name}`"), vec![edit]));
        }
        guesses
    }

    pub(super) fn without(&self, span: SourceSpan) -> Vec<Guess> {
        let given = self.given(span).into_iter();
        given
            .map(|(_, new, place)| self.dropped(new, place))
            .collect()
    }

    pub(super) fn rest_last(&self, span: SourceSpan) -> Vec<Guess> {
        let Some((_, new, place)) = self.given(span) else {
            return Vec::new();
        };
        let last = new
            .arguments
            .last()
            .map_or(0, |last| extent(self.source, last).1);
        let edits = vec![take(self.source, new, place), insert(last, ", ...")];
        vec![("Write `...` last".to_string(), edits)]
    }

    /// Takes an argument away, and imports what it was for.
    fn imported(&self, new: &NewExpr<'_>, place: usize) -> Guess {
        let edits = match fill(self.source, new) {
            None => vec![take(self.source, new, place)],
            Some(_) if new.arguments.len() == 1 => vec![replace(self.extent(new, place), "...")],
            Some(open) => vec![take(self.source, new, place), open],
        };
        let label = match &new.arguments[place] {
            InstantiationArgument::Spread(id) => {
                format!("Import from outside all that `...{}` gives", id.string)
            }
            _ => "Import it from outside instead".to_string(),
        };
        (label, edits)
    }

    /// The same for the argument that a place is in.
    pub(super) fn imported_at(&self, span: SourceSpan) -> Option<Guess> {
        self.all_news().find_map(|(_, new)| {
            let mut places = 0..new.arguments.len();
            let place = places.find(|place| holds(self.extent(new, *place), span))?;
            Some(self.imported(new, place))
        })
    }

    fn extent(&self, new: &NewExpr<'_>, place: usize) -> SourceSpan {
        let (start, stop) = extent(self.source, &new.arguments[place]);
        (start, stop - start).into()
    }

    /// Passes an import on to the instance that was not given it.
    pub(super) fn passed_on(&self, name: &str, instantiation: SourceSpan) -> Vec<Guess> {
        let new = self.new_of_package(instantiation);
        let gifts = new.map(|(before, new)| self.gifts(before, new, name));
        gifts.unwrap_or_default()
    }

    /// Gives an import to the instances that leave it to the outside.
    pub(super) fn supplied(&self, name: &str) -> Vec<Guess> {
        let is_open = |new: &NewExpr<'_>| {
            matches!(new.arguments.last(), Some(InstantiationArgument::Fill(_)))
        };
        let needs = |new: &NewExpr<'_>| {
            let imports = self.imports(new);
            imports.is_some_and(|imports| find(&imports, name).is_some())
        };
        let open = self.all_news().filter(|(_, new)| is_open(new));
        let open = open.take(LOOKED_AT).filter(|(_, new)| needs(new));
        open.flat_map(|(before, new)| {
            let gifts = self.gifts(before, new, name).into_iter();
            gifts.map(|(label, edits)| (format!("{label}, to `{}`", new.package.name), edits))
        })
        .collect()
    }

    /// Gives one instance what another has, where each makes resources of its own.
    pub(super) fn one_maker(&self) -> Vec<Guess> {
        let mut guesses = Vec::new();
        let mut before = Vec::new();
        for statement in &self.document.statements {
            let others = &before[before.len().saturating_sub(LOOKED_AT)..];
            let all = news(statement).into_iter();
            let given = all.flat_map(|new| new.arguments.iter().map(move |given| (new, given)));
            for (new, given) in given {
                if guesses.len() > GUESSES {
                    return guesses;
                }
                let id = match given {
                    InstantiationArgument::Inferred(_) | InstantiationArgument::Fill(_) => continue,
                    InstantiationArgument::Spread(id) => *id,
                    InstantiationArgument::Named(named) => match &named.expr.primary {
                        PrimaryExpr::Ident(id) => *id,
                        _ => continue,
                    },
                };
                for other in others
                    .iter()
                    .filter(|other: &&Ident<'_>| other.string != id.string)
                {
                    let written = escaped(other.string);
                    let label = format!("Give `{}` what `{written}` has", new.package.name);
                    guesses.push((label, vec![replace(id.span, written)]));
                }
            }
            before.extend(name(statement));
        }
        guesses
    }
}

/// The instance that an argument is, where it is a whole one.
fn spoken_of<'d>(given: &InstantiationArgument<'d>) -> Option<&'d str> {
    match given {
        InstantiationArgument::Inferred(id) | InstantiationArgument::Spread(id) => Some(id.string),
        InstantiationArgument::Named(named) => match &named.expr.primary {
            PrimaryExpr::Ident(id) if named.expr.postfix.is_empty() => Some(id.string),
            _ => None,
        },
        InstantiationArgument::Fill(_) => None,
    }
}
