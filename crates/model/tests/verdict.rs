//! Whether a link may be drawn, and what a person is told when not.

use patchbay_model::analysis::{ComponentPort, PortFit, PortRef, Side};
use patchbay_model::component::PortKind;
use patchbay_model::{
    Analysis, ComponentInfo, Digest, Endpoint, Evidence, Fit, Graph, Link, Mismatch, Node, NodeId,
    Op, Point, Port, Refusal, SortedSet, Transaction,
};

fn port(name: &str, kind: PortKind) -> Port {
    Port {
        name: name.into(),
        kind,
        wit: format!("the WIT of {name}"),
    }
}

/// Exports `t:x/good@1.0.0` and `run`; imports `t:x/good@1.0.0`, `t:x/other` and `log`.
fn component(n: u8) -> ComponentInfo {
    ComponentInfo {
        digest: Digest::from_bytes(&[n; 32]),
        package: format!("test:part-{n}"),
        size: 1,
        imports: vec![
            port("t:x/good@1.0.0", PortKind::Instance),
            port("t:x/other", PortKind::Instance),
            port("log", PortKind::Function),
        ],
        exports: vec![
            port("t:x/good@1.0.0", PortKind::Instance),
            port("run", PortKind::Function),
        ],
        producers: Vec::new(),
        sample: false,
        composed: false,
        generated: None,
    }
}

struct Table {
    graph: Graph,
    components: Vec<ComponentInfo>,
    analysis: Analysis,
    analysed: SortedSet<Digest>,
}

impl Table {
    /// The nodes `a` and `b`, analysed.
    fn new() -> Self {
        let components = vec![component(1), component(2)];
        let mut graph = Graph::default();
        let ops = ["a", "b"]
            .iter()
            .zip(&components)
            .map(|(name, component)| Op::AddNode {
                node: Node::instance(
                    NodeId((*name).into()),
                    (*name).into(),
                    component.reference(),
                    Point::default(),
                ),
            })
            .collect();
        graph.apply(&Transaction::new("build", ops)).unwrap();
        Self {
            graph,
            analysed: components.iter().map(|c| c.digest.clone()).collect(),
            components,
            analysis: Analysis::default(),
        }
    }

    fn knows(&mut self, export: &str, import: &str, fit: Fit) {
        let port = |n: usize, port: &str| ComponentPort {
            component: self.components[n].digest.clone(),
            port: port.into(),
        };
        self.analysis.fits.push(PortFit {
            export: port(0, export),
            import: port(1, import),
            fit,
        });
    }

    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            graph: &self.graph,
            components: &self.components,
            analysis: &self.analysis,
            analysed: &self.analysed,
        }
    }

    fn verdict(&self, from: (&str, &str), to: (&str, &str)) -> Result<Fit, Refusal> {
        self.evidence().verdict(&link(from, to))
    }

    fn awaits_check(&self, from: (&str, &str), to: (&str, &str)) -> bool {
        self.evidence().awaits_check(&link(from, to))
    }
}

fn link(from: (&str, &str), to: (&str, &str)) -> Link {
    let end = |(node, port): (&str, &str)| Endpoint {
        node: NodeId(node.into()),
        port: port.into(),
    };
    Link {
        from: end(from),
        to: end(to),
    }
}

const GOOD: &str = "t:x/good@1.0.0";

#[test]
fn what_the_analysis_lists_decides() {
    let mut table = Table::new();
    table.knows(GOOD, GOOD, Fit::Exact);
    let mismatch = Mismatch {
        summary: "They differ.".into(),
        reasons: vec!["here".into()],
        ..Mismatch::default()
    };
    table.knows("run", "log", Fit::Mismatch(mismatch.clone()));
    assert_eq!(table.verdict(("a", GOOD), ("b", GOOD)), Ok(Fit::Exact));
    let refusal = table.verdict(("a", "run"), ("b", "log")).unwrap_err();
    assert_eq!(refusal.reason, "They differ.");
    let types = refusal.mismatch.unwrap();
    assert_eq!(types.reasons, mismatch.reasons);
    // The analysis leaves out what the components say themselves.
    assert_eq!(types.export.wit, "the WIT of run");
    assert_eq!(types.import.wit, "the WIT of log");
}

#[test]
fn unrelated_ports_are_refused_by_kind_or_name_with_both_types() {
    let table = Table::new();
    for (export, import, reason) in [
        (
            GOOD,
            "log",
            "`t:x/good@1.0.0` is an interface, but `log` wants a function.",
        ),
        (
            "run",
            "t:x/other",
            "`run` is a function, but `t:x/other` wants an interface.",
        ),
        (GOOD, "t:x/other", "another interface than `t:x/good@1.0.0`"),
        ("run", "log", "two functions of different types"),
    ] {
        let refusal = table.verdict(("a", export), ("b", import)).unwrap_err();
        assert!(refusal.reason.contains(reason), "{}", refusal.reason);
        let types = refusal.mismatch.unwrap();
        assert_eq!(types.export.wit, format!("the WIT of {export}"));
        assert_eq!(types.import.wit, format!("the WIT of {import}"));
    }
}

#[test]
fn a_cycle_is_named_with_its_path_before_types_are_compared() {
    let mut table = Table::new();
    table.knows(GOOD, GOOD, Fit::Exact);
    let link = Link {
        from: Endpoint {
            node: NodeId("a".into()),
            port: GOOD.into(),
        },
        to: Endpoint {
            node: NodeId("b".into()),
            port: GOOD.into(),
        },
    };
    let ops = vec![Op::AddLink { link }];
    table.graph.apply(&Transaction::new("link", ops)).unwrap();
    let refusal = table.verdict(("b", GOOD), ("a", GOOD)).unwrap_err();
    assert!(refusal.reason.contains("a → b → a"), "{}", refusal.reason);
    assert_eq!(refusal.path.len(), 3);
}

#[test]
fn what_is_not_known_yet_is_not_guessed() {
    let mut table = Table::new();
    table.analysed = SortedSet::new();
    let refusal = table.verdict(("a", GOOD), ("b", GOOD)).unwrap_err();
    assert!(refusal.reason.contains("still being checked"));
    assert!(table.awaits_check(("a", GOOD), ("b", GOOD)));
    assert!(!table.awaits_check(("a", "nothing"), ("b", GOOD)));
    table.knows(GOOD, GOOD, Fit::Exact);
    assert!(!table.awaits_check(("a", GOOD), ("b", GOOD)));
    table.components.remove(0);
    let refusal = table.verdict(("a", GOOD), ("b", GOOD)).unwrap_err();
    assert!(refusal.reason.contains("missing"), "{}", refusal.reason);
}

#[test]
fn the_candidates_of_a_port_are_those_with_a_good_verdict() {
    let mut table = Table::new();
    table.knows(GOOD, GOOD, Fit::Exact);
    let note = String::new();
    table.knows("run", "log", Fit::Structure { note });
    let mismatch = Mismatch {
        summary: "They differ.".into(),
        ..Mismatch::default()
    };
    table.knows(GOOD, "t:x/other", Fit::Mismatch(mismatch));
    let ends = |side| {
        let names: &[&str] = match side {
            Side::Export => &[GOOD, "run"],
            Side::Import => &[GOOD, "t:x/other", "log"],
        };
        let end = |node: &str, port: &&str| Endpoint {
            node: NodeId(node.into()),
            port: (*port).into(),
        };
        ["a", "b"]
            .iter()
            .flat_map(|node| names.iter().map(move |port| end(node, port)))
            .collect::<Vec<_>>()
    };
    // Free first, then with a link that makes the way back a cycle.
    for _ in 0..2 {
        let evidence = table.evidence();
        for side in [Side::Export, Side::Import] {
            for end in ends(side) {
                let fits = |other: &Endpoint| {
                    let (from, to) = match side {
                        Side::Export => (end.clone(), other.clone()),
                        Side::Import => (other.clone(), end.clone()),
                    };
                    evidence.verdict(&Link { from, to }).is_ok()
                };
                let expected: SortedSet<Endpoint> =
                    ends(side.opposite()).into_iter().filter(fits).collect();
                let origin = PortRef {
                    side,
                    end: end.clone(),
                };
                assert_eq!(evidence.candidates(&origin), expected, "{origin:?}");
            }
        }
        let end = |node: &str| Endpoint {
            node: NodeId(node.into()),
            port: GOOD.into(),
        };
        let link = Link {
            from: end("b"),
            to: end("a"),
        };
        let _ = table
            .graph
            .apply(&Transaction::new("link", vec![Op::AddLink { link }]));
    }
}
