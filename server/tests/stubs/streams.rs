//! Stubs that return streams and futures, and take them.

use super::{Running, answers};
use patchbay_composer::generate::stub::{Otherwise, for_wit};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use wasmtime::StoreContextMut;
use wasmtime::component::{
    ComponentType, Destination, FutureConsumer, FutureProducer, FutureReader, Lift, Source,
    StreamConsumer, StreamProducer, StreamReader, StreamResult, Val,
};

const STREAMS: &str = include_str!("streams.wit");
const SOURCE: Option<&str> = Some("test:streams/source@1.0.0");
const THINGS: Option<&str> = Some("test:streams/things@1.0.0");

/// A component of the world, with functions that return what they are told.
fn running(values: &[(&str, &str)]) -> Running {
    let told = answers(values, Otherwise::Default);
    let stub = for_wit("streams.wit", STREAMS, Some("both"), &told).unwrap();
    Running::start(&stub.bytes)
}

/// What reads: it passes on what came, and is dropped at the end.
struct Reader<T>(UnboundedSender<T>);

impl<T: Lift + Send + 'static> StreamConsumer<()> for Reader<T> {
    type Item = T;

    fn poll_consume(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        store: StoreContextMut<()>,
        mut source: Source<'_, T>,
        _: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        let mut item = None;
        source.read(store, &mut item)?;
        if let Some(item) = item {
            self.0.send(item).unwrap();
        }
        Poll::Ready(Ok(StreamResult::Completed))
    }
}

impl<T: Lift + Send + 'static> FutureConsumer<()> for Reader<T> {
    type Item = T;

    fn poll_consume(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        store: StoreContextMut<()>,
        mut source: Source<'_, T>,
        _: bool,
    ) -> Poll<wasmtime::Result<()>> {
        let mut item = None;
        source.read(store, &mut item)?;
        self.0.send(item.expect("the value")).unwrap();
        Poll::Ready(Ok(()))
    }
}

impl Running {
    /// Lets the component go on until something is done.
    fn until<T: Send + 'static>(&mut self, done: impl Future<Output = T> + Send) -> T {
        let all = self.store.run_concurrent(async |_| done.await);
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(all).unwrap()
    }

    /// The first that comes out of a stream; nothing where that is at its end.
    fn first<T: ComponentType + Lift + Send + Sync + 'static>(&mut self, stream: Val) -> Option<T> {
        let Val::Stream(stream) = stream else {
            panic!("{stream:?} is no stream");
        };
        let (to, mut from) = unbounded_channel();
        let reader: StreamReader<T> = stream.try_into_stream_reader().unwrap();
        reader.pipe(&mut self.store, Reader(to)).unwrap();
        self.until(async move { from.recv().await })
    }

    /// What comes of a future.
    fn awaited<T: ComponentType + Lift + Send + Sync + 'static>(
        &mut self,
        future: Val,
    ) -> Option<T> {
        let Val::Future(future) = future else {
            panic!("{future:?} is no future");
        };
        let (to, mut from) = unbounded_channel();
        let reader: FutureReader<T> = future.try_into_future_reader().unwrap();
        reader.pipe(&mut self.store, Reader(to)).unwrap();
        self.until(async move { from.recv().await })
    }

    fn returned(&mut self, name: &str) -> Val {
        let returned = self.call(SOURCE, name, &[]);
        returned
            .unwrap_or_else(|e| panic!("{name}: {e:?}"))
            .unwrap()
    }
}

#[test]
fn streams_are_at_their_end_and_futures_have_the_plainest_value() {
    let mut running = running(&[]);
    // Again and again: what a call made is not in the way of the next.
    for _ in 0..50 {
        let stream = running.returned("numbers");
        assert!(running.first::<u32>(stream).is_none());
        let stream = running.returned("aliased");
        assert!(running.first::<u8>(stream).is_none());
        let stream = running.returned("ticks");
        assert!(running.first::<()>(stream).is_none());
        let future = running.returned("later");
        assert_eq!(running.awaited::<String>(future).unwrap(), "");
        let future = running.returned("done");
        assert_eq!(running.awaited::<()>(future), Some(()));
        assert_eq!(running.returned("maybe"), Val::Option(None));
    }
}

#[test]
fn both_come_in_other_values() {
    let told = [
        ("read", "([], err(late))"),
        ("maybe", "some([\"a\", \"b\"])"),
    ];
    let mut running = running(&told);
    for _ in 0..2 {
        let Val::Tuple(read) = running.returned("read") else {
            panic!("no tuple");
        };
        let [stream, Val::Future(outcome)] = <[Val; 2]>::try_from(read).unwrap() else {
            panic!("no future");
        };
        assert!(running.first::<u8>(stream).is_none());
        outcome.clone().close(&mut running.store).unwrap();
        let Val::Option(Some(future)) = running.returned("maybe") else {
            panic!("nothing");
        };
        let texts = running.awaited::<Vec<String>>(*future);
        assert_eq!(texts.unwrap(), ["a", "b"]);
    }
}

#[test]
fn a_future_is_what_it_was_told_to_be() {
    let mut running = running(&[("later", "\"in time\""), ("done", "{}"), ("numbers", "[]")]);
    // Two at a time, each read late.
    let (one, other) = (running.returned("later"), running.returned("later"));
    assert_eq!(running.awaited::<String>(other).unwrap(), "in time");
    assert_eq!(running.awaited::<String>(one).unwrap(), "in time");
}

/// What writes, and tells when nobody listens any more by being dropped.
struct Writer(#[allow(dead_code, reason = "it is dropped")] UnboundedSender<()>);

impl StreamProducer<()> for Writer {
    type Item = u8;
    type Buffer = Option<u8>;

    fn poll_produce<'a>(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: StoreContextMut<'a, ()>,
        _: Destination<'a, u8, Option<u8>>,
        _: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        Poll::Pending
    }
}

impl FutureProducer<()> for Writer {
    type Item = String;

    fn poll_produce(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: StoreContextMut<()>,
        _: bool,
    ) -> Poll<wasmtime::Result<Option<String>>> {
        Poll::Pending
    }
}

#[test]
fn what_is_passed_in_is_dropped_so_that_nobody_writes_in_vain() {
    let mut running = running(&[]);
    let (to, mut from) = unbounded_channel();
    let stream = StreamReader::new(&mut running.store, Writer(to.clone())).unwrap();
    let stream = stream.try_into_stream_any(&mut running.store).unwrap();
    let future = FutureReader::new(&mut running.store, Writer(to)).unwrap();
    let future = future.try_into_future_any(&mut running.store).unwrap();
    let arguments = [
        Val::Stream(stream),
        Val::List(vec![Val::Future(future)]),
        Val::Option(None),
    ];
    let taken = running.call(SOURCE, "take", &arguments).unwrap();
    assert_eq!(taken, Some(Val::Bool(false)));
    assert_eq!(running.until(async move { from.recv().await }), None);
}

#[test]
fn what_cannot_be_made_traps_or_is_refused() {
    for function in ["soon", "nested"] {
        let error = running(&[]).call(THINGS, function, &[]).unwrap_err();
        let error = format!("{error:?}");
        let why = format!(
            "{function} was called, and no stub can make a future of handles, streams or futures"
        );
        assert!(error.contains(&why), "{error}");
    }
    for (function, value, reason) in [
        (
            "numbers",
            "[1]",
            "`[1]` is not []: the streams of a stub are all empty",
        ),
        (
            "done",
            "1",
            "`1` is not {}, as a future without a value is written",
        ),
        ("later", "1", "`1` is not a string in double quotes"),
        (
            "soon",
            "1",
            "a stub has no futures of handles, streams or futures",
        ),
        ("context", "1", "a stub cannot make error contexts"),
    ] {
        let world = if function == "context" {
            "contextual"
        } else {
            "both"
        };
        let told = answers(&[(function, value)], Otherwise::Default);
        let refused = for_wit("streams.wit", STREAMS, Some(world), &told).unwrap_err();
        let refused = refused.to_string();
        assert!(
            refused.ends_with(&format!("does not fit: {reason}")),
            "{refused}"
        );
    }
}
