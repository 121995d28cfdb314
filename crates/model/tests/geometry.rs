//! Where nodes, ports and links are.

use patchbay_model::analysis::Side;
use patchbay_model::component::PortKind;
use patchbay_model::geometry::{
    GRID, HEADER_HEIGHT, MAX_ZOOM, MIN_ZOOM, NODE_FOOT, NODE_WIDTH, NOTE_HEIGHT, NodeShape,
    ROW_HEIGHT, Rect, Size, Used, Viewport, bounds, elide, fit, free_place, link_path, nearest,
    snap, zoom_about,
};
use patchbay_model::{ComponentInfo, Digest, Point, Port};

const HANDLER: &str = "wasi:http/incoming-handler@0.2.12";
const STREAMS: &str = "wasi:io/streams@0.2.6";
const ERROR: &str = "wasi:io/error@0.2.6";

fn ports(names: &[&str]) -> Vec<Port> {
    names
        .iter()
        .map(|name| Port {
            name: (*name).into(),
            kind: PortKind::Instance,
            wit: String::new(),
        })
        .collect()
}

fn component(imports: &[&str], exports: &[&str]) -> ComponentInfo {
    ComponentInfo {
        digest: Digest::from_bytes(&[1; 32]),
        package: "test:part".into(),
        size: 1,
        imports: ports(imports),
        exports: ports(exports),
        producers: Vec::new(),
        sample: false,
        composed: false,
        generated: None,
    }
}

fn at(x: f64, y: f64) -> Point {
    Point { x, y }
}

fn row(n: f64) -> f64 {
    HEADER_HEIGHT + (n + 0.5) * ROW_HEIGHT
}

#[test]
fn host_plumbing_is_folded_into_the_last_row() {
    let component = component(&[STREAMS, HANDLER, ERROR], &[HANDLER]);
    let shape = NodeShape::of_new(&component);
    assert_eq!(shape.folded, [STREAMS, ERROR]);
    assert_eq!(shape.port(Side::Import, HANDLER), Some(at(0.0, row(0.0))));
    assert_eq!(
        shape.port(Side::Export, HANDLER),
        Some(at(NODE_WIDTH, row(1.0)))
    );
    assert_eq!(shape.port(Side::Import, STREAMS), Some(at(0.0, row(2.0))));
    assert_eq!(shape.port(Side::Import, ERROR), Some(at(0.0, row(2.0))));
    assert_eq!(shape.port(Side::Import, "nothing"), None);
    let height = HEADER_HEIGHT + 3.0 * ROW_HEIGHT + NODE_FOOT;
    assert_eq!(
        shape.size(),
        Size {
            width: NODE_WIDTH,
            height
        }
    );
}

#[test]
fn linked_or_expanded_plumbing_shows() {
    let component = component(&[STREAMS, ERROR], &[]);
    let used = Used {
        imports: vec![STREAMS],
        ..Used::default()
    };
    let shape = NodeShape::new(Some(&component), false, &used);
    assert_eq!(shape.folded, [ERROR]);
    assert_eq!(shape.port(Side::Import, STREAMS), Some(at(0.0, row(0.0))));
    let shape = NodeShape::new(Some(&component), true, &Used::default());
    assert_eq!(
        (shape.folded.len(), shape.imports.len(), shape.plumbing),
        (0, 2, 2)
    );
}

#[test]
fn short_names_share_rows_and_long_ones_do_not() {
    let functions = NodeShape::of_new(&component(&["log", "add"], &["run"]));
    assert_eq!(
        functions.port(Side::Export, "run"),
        Some(at(NODE_WIDTH, row(0.0)))
    );
    assert_eq!(
        functions.size().height,
        HEADER_HEIGHT + 2.0 * ROW_HEIGHT + NODE_FOOT
    );
    let middleware = NodeShape::of_new(&component(&[HANDLER], &[HANDLER]));
    assert_eq!(
        middleware.port(Side::Export, HANDLER),
        Some(at(NODE_WIDTH, row(1.0)))
    );
}

#[test]
fn a_link_ends_somewhere_even_where_its_port_or_component_is_missing() {
    let used = Used {
        imports: vec!["gone"],
        exports: vec!["away"],
    };
    let shape = NodeShape::new(Some(&component(&["log"], &[])), false, &used);
    assert_eq!(shape.port(Side::Import, "gone"), Some(at(0.0, row(1.0))));
    assert_eq!(
        shape.port(Side::Export, "away"),
        Some(at(NODE_WIDTH, row(0.0)))
    );
    assert_eq!(shape.imports[1].kind, None);
    let shape = NodeShape::new(None, false, &used);
    assert!(shape.missing);
    assert_eq!(
        shape.port(Side::Import, "gone"),
        Some(at(0.0, row(0.0) + NOTE_HEIGHT))
    );
}

#[test]
fn long_names_lose_their_middle_and_keep_their_version() {
    assert_eq!(elide(HANDLER, 36), HANDLER);
    assert_eq!(elide(HANDLER, 24), "wasi:htt…-handler@0.2.12");
    assert_eq!(elide(HANDLER, 24).chars().count(), 24);
    assert_eq!(elide("abcdefghij", 5).chars().count(), 5);
    assert_eq!(
        elide("a@1.2.3-a-very-long-prerelease", 12).chars().count(),
        12
    );
    assert_eq!(elide("ääääääääää", 5), "ää…ää");
}

#[test]
fn zooming_keeps_what_is_under_the_pointer_there() {
    let view = Viewport {
        x: 30.0,
        y: -40.0,
        zoom: 0.5,
    };
    let pointer = at(310.0, 205.0);
    let under = view.to_canvas(pointer);
    for factor in [0.01, 0.8, 1.0, 1.7, 100.0] {
        let zoomed = zoom_about(view, pointer, factor);
        let back = zoomed.to_screen(under);
        assert!((back.x - pointer.x).abs() < 1e-6 && (back.y - pointer.y).abs() < 1e-6);
        assert!((MIN_ZOOM..=MAX_ZOOM).contains(&zoomed.zoom));
    }
}

#[test]
fn fitting_brings_everything_into_the_pane() {
    let pane = (840.0, 640.0);
    for rect in [
        Rect {
            x: -500.0,
            y: 900.0,
            width: 3000.0,
            height: 200.0,
        },
        Rect {
            x: 0.0,
            y: 0.0,
            width: 288.0,
            height: 96.0,
        },
        Rect {
            x: 0.0,
            y: 0.0,
            width: 300.0,
            height: 4000.0,
        },
    ] {
        let view = fit(&rect, pane);
        let corner = view.to_screen(at(rect.x, rect.y));
        let end = view.to_screen(at(rect.right(), rect.bottom()));
        assert!(corner.x >= 0.0 && corner.y >= 0.0 && end.x <= pane.0 && end.y <= pane.1);
        assert!(view.zoom <= 1.0);
    }
    assert_eq!(
        fit(
            &Rect {
                width: 1e9,
                ..Rect::default()
            },
            pane
        )
        .zoom,
        MIN_ZOOM
    );
}

#[test]
fn revealing_moves_no_further_than_needed() {
    let (view, pane) = (Viewport::default(), (800.0, 600.0));
    let node = |x, y| Rect {
        x,
        y,
        width: 288.0,
        height: 96.0,
    };
    assert_eq!(view.revealing(&node(100.0, 100.0), pane), view);
    let moved = view.revealing(&node(700.0, 100.0), pane);
    assert!(moved.x < 0.0 && moved.y == 0.0);
    assert!(moved.to_screen(at(988.0, 0.0)).x <= pane.0);
    let moved = view.revealing(&node(0.0, -300.0), pane);
    assert_eq!((moved.x, moved.to_screen(at(0.0, -300.0)).y), (0.0, 16.0));
}

#[test]
fn places_snap_to_the_grid_and_to_ports() {
    assert_eq!(snap(at(23.0, -25.0)), at(16.0, -32.0));
    let ports = [("a", at(0.0, 0.0)), ("b", at(30.0, 0.0))];
    assert_eq!(nearest(at(18.0, 0.0), ports.into_iter(), 20.0), Some("b"));
    assert_eq!(nearest(at(15.0, 40.0), ports.into_iter(), 20.0), None);
}

#[test]
fn a_link_begins_and_ends_at_its_ports() {
    assert_eq!(
        link_path(at(0.0, 10.0), at(100.0, 10.0)),
        "M0 10C50 10 50 10 100 10"
    );
    // Backwards, it bows out on both sides.
    assert_eq!(
        link_path(at(100.0, 0.0), at(0.0, 0.0)),
        "M100 0C148 0 -48 0 0 0"
    );
}

#[test]
fn a_new_node_finds_a_free_place_on_the_grid() {
    let size = Size {
        width: NODE_WIDTH,
        height: 120.0,
    };
    let mut taken = Vec::new();
    for _ in 0..60 {
        let corner = free_place(at(400.0, 300.0), size, &taken);
        let rect = Rect::at(corner, size);
        assert!(taken.iter().all(|other| !rect.overlaps(other)));
        assert_eq!((corner.x % GRID, corner.y % GRID), (0.0, 0.0));
        taken.push(rect);
    }
    assert_eq!(free_place(at(144.0, 60.0), size, &[]), at(0.0, 0.0));
    let all = bounds(taken.into_iter()).unwrap();
    assert!(
        all.width < 4000.0 && all.height < 4000.0,
        "near to one another"
    );
}
