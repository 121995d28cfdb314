//! The statements and expressions of a source, walked and changed.

use miette::SourceSpan;
use wac_parser::{
    ExportOptions, ExportStatement, Expr, ExternName, Ident, InstantiationArgument, NewExpr,
    PrimaryExpr, Statement,
};

/// A statement that exports an expression, so that its type can be looked up.
pub(super) fn probe<'d>(expr: Expr<'d>, name: &'d str) -> Statement<'d> {
    let span = expr.span;
    Statement::Export(ExportStatement {
        docs: Vec::new(),
        expr,
        options: ExportOptions::Rename(ExternName::Ident(Ident { string: name, span })),
    })
}

/// Every instantiation in a statement, also inside of arguments.
pub(super) fn news<'s, 'd>(statement: &'s Statement<'d>) -> Vec<&'s NewExpr<'d>> {
    let all = expressions(statement).into_iter();
    all.filter_map(|expr| match &expr.primary {
        PrimaryExpr::New(new) => Some(new),
        _ => None,
    })
    .collect()
}

/// Every expression in a statement.
pub(super) fn expressions<'s, 'd>(statement: &'s Statement<'d>) -> Vec<&'s Expr<'d>> {
    let mut found = Vec::new();
    let mut waiting: Vec<&Expr<'d>> = match statement {
        Statement::Let(statement) => vec![&statement.expr],
        Statement::Export(statement) => vec![&statement.expr],
        Statement::Import(_) | Statement::Type(_) => Vec::new(),
    };
    while let Some(expr) = waiting.pop() {
        found.push(expr);
        match &expr.primary {
            PrimaryExpr::New(new) => {
                waiting.extend(new.arguments.iter().filter_map(|given| match given {
                    InstantiationArgument::Named(named) => Some(&named.expr),
                    _ => None,
                }));
            }
            PrimaryExpr::Nested(nested) => waiting.push(&nested.inner),
            PrimaryExpr::Ident(_) => {}
        }
    }
    found
}

pub(super) fn reference<'d>(id: Ident<'d>) -> Expr<'d> {
    Expr {
        span: id.span,
        primary: PrimaryExpr::Ident(id),
        postfix: Vec::new(),
    }
}

/// Where an argument stands.
pub(super) fn at(given: &InstantiationArgument<'_>) -> SourceSpan {
    match given {
        InstantiationArgument::Inferred(id) | InstantiationArgument::Spread(id) => id.span,
        InstantiationArgument::Named(named) => named.name.span(),
        InstantiationArgument::Fill(span) => *span,
    }
}

/// Has an instance take all it needs from outside.
pub(super) fn give_nothing(statement: &mut Statement<'_>, place: SourceSpan) {
    match statement {
        Statement::Let(statement) => give_nothing_in(&mut statement.expr, place),
        Statement::Export(statement) => give_nothing_in(&mut statement.expr, place),
        Statement::Import(_) | Statement::Type(_) => {}
    }
}

fn give_nothing_in(expr: &mut Expr<'_>, place: SourceSpan) {
    match &mut expr.primary {
        PrimaryExpr::New(new) if new.package.span == place => {
            new.arguments = vec![InstantiationArgument::Fill(place)];
        }
        PrimaryExpr::New(new) => {
            for given in &mut new.arguments {
                if let InstantiationArgument::Named(named) = given {
                    give_nothing_in(&mut named.expr, place);
                }
            }
        }
        PrimaryExpr::Nested(nested) => give_nothing_in(&mut nested.inner, place),
        PrimaryExpr::Ident(_) => {}
    }
}
