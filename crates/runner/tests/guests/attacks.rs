//! What hostile guests do to the memory of the server.

use crate::guests::wit::component;
use crate::guests::{Source, get};
use bytes::Bytes;
use http_body_util::BodyExt;
use patchbay_runner::{Call, Message, Preview};
use std::time::Duration;

const MIB: usize = 1 << 20;

/// What the messages are about.
pub const TOPIC: &str = "orders";

/// How many requests of an attacker run at once.
pub const AT_ONCE: usize = 4;

/// What a guest does, and how it ends.
pub struct Attack {
    pub name: &'static str,
    pub guest: Bytes,
    pub way: Way,
    /// How much of the limits on memory each takes.
    pub memory: usize,
    /// What stands in the sentence that each ends with.
    pub end: &'static str,
}

/// How a guest is asked.
#[derive(Clone, Copy)]
pub enum Way {
    Request,
    /// A function of `guests/blobs.wit`, with its argument.
    Call(&'static str, &'static str),
    /// So many messages, one after the other.
    Messages(usize),
}

impl Attack {
    fn request(name: &'static str, source: &Source, end: &'static str) -> Self {
        Self {
            name,
            guest: source.build(),
            way: Way::Request,
            memory: 0,
            end,
        }
    }

    fn call(
        name: &'static str,
        function: &'static str,
        argument: &'static str,
        end: &'static str,
    ) -> Self {
        let wit = include_str!("blobs.wit");
        Self {
            name,
            guest: component(wit, include_str!("blobs.wat")),
            way: Way::Call(function, argument),
            memory: 0,
            end,
        }
    }

    fn taking(self, memory: usize) -> Self {
        Self { memory, ..self }
    }

    /// One request to its end, and the beginning of what is said of that.
    pub async fn carry_out(preview: Preview, way: Way) -> String {
        Self::told(preview, way).await.chars().take(300).collect()
    }

    /// The client does not read for a while.
    async fn told(preview: Preview, way: Way) -> String {
        let (function, argument) = match way {
            Way::Call(function, argument) => (function, argument),
            Way::Messages(count) => return handled(&preview, count).await,
            Way::Request => {
                let response = match preview.handle(get("/")).await {
                    Ok(response) => response,
                    Err(failure) => return failure.to_string(),
                };
                tokio::time::sleep(Duration::from_millis(100)).await;
                let mut body = response.into_body();
                loop {
                    match body.frame().await {
                        Some(Ok(_)) => {}
                        Some(Err(error)) => return error.to_string(),
                        None => return "It answered.".to_owned(),
                    }
                }
            }
        };
        let call = Call {
            function: format!("test:guests/probe#{function}"),
            arguments: vec![argument.to_owned()],
            session: None,
        };
        match preview.call(call).await {
            Ok(returned) => returned.result.unwrap_or_default(),
            Err(error) => error.to_string(),
        }
    }
}

/// Has it handle so many messages more, and gives what came of the last.
async fn handled(preview: &Preview, count: usize) -> String {
    for _ in 0..count {
        let before = preview.past_requests().len();
        let message = Message {
            topic: TOPIC.to_owned(),
            ..Message::default()
        };
        preview.publish(message).await.expect("a broker in process");
        while preview.past_requests().len() == before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    let last = preview.past_requests().pop();
    last.and_then(|it| it.outcome.ok()).unwrap_or_default()
}

/// All attacks there are.
pub fn attacks() -> Vec<Attack> {
    let fill = "(loop $more
          (local.set $at (memory.grow (i32.const 16)))
          (if (i32.ne (local.get $at) (i32.const -1)) (then
            (memory.fill (i32.shl (local.get $at) (i32.const 16)) (i32.const 1) (i32.const 1048576))
            (br $more))))";
    let hog = format!("(func (export \"grow\") (local $at i32) {fill})");
    let mut eight = format!("(core module $hog (memory 1) {hog})\n");
    let (mut imports, mut calls, mut arguments) = (String::new(), String::new(), String::new());
    for number in 0..8 {
        eight += &format!("(core instance $hog{number} (instantiate $hog))\n");
        imports += &format!("(import \"hog{number}\" \"grow\" (func $grow{number}))\n");
        calls += &format!("(call $grow{number})");
        arguments += &format!("(with \"hog{number}\" (instance $hog{number}))");
    }
    calls += "unreachable";
    // Tests end: what is leaked here is a few texts.
    let (calls, arguments): (&str, &str) = (calls.leak(), arguments.leak());
    let growing = Source {
        items: format!("(func $grow (local $at i32) {fill})"),
        ..Source::handle("(call $grow) unreachable")
    };
    let growing_eight = Source {
        imports: eight,
        items: imports,
        arguments,
        handle: calls,
    };
    let table = Source {
        items: "(table $t 1 funcref)".to_owned(),
        ..Source::handle(
            "(loop $more
               (br_if $more (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1))))
             unreachable",
        )
    };
    let recursion = Source {
        items: "(func $deeper (param i32) (result i32)
                  (i32.add (i32.const 1) (call $deeper (local.get 0))))"
            .to_owned(),
        ..Source::handle("(drop (call $deeper (i32.const 0)))")
    };
    let handles = Source::handle("(loop $more (drop (call $new-fields)) (br $more))");
    let log = Source::handle(
        "(local $out' i32) (local.set $out' (call $get-stdout))
         (loop $more (call $write (local.get $out') (i32.const 0) (i32.const 4096) (i32.const 1024)) (br $more))",
    );
    let response = Source::handle(
        "(call $begin (local.get $out))
         (loop $more (call $say (i32.const 0) (i32.const 4096)) (br $more))",
    );
    let responses = Source::handle(
        "(loop $more
           (drop (call $new-response (call $new-fields))) (br $more))",
    );
    let wit = include_str!("failing.wit");
    let long_errors = Attack {
        name: "long errors",
        guest: component(wit, include_str!("failing.wat")),
        // Fewer in all than are kept of requests.
        way: Way::Messages(25),
        memory: 0,
        end: "not handled",
    };
    let all_memories = "all its memories together may have 128 MiB";
    let too_many_handles = "too many resources at once";
    let values = "a component may hold 16 values of blobstore at once";
    vec![
        Attack::request(
            "a memory that grows",
            &growing,
            "each of its memories may have 64 MiB",
        )
        .taking(64 * MIB),
        Attack::request("eight memories that grow", &growing_eight, all_memories).taking(128 * MIB),
        Attack::request("a table that grows", &table, "room in its tables"),
        Attack::request("recursion", &recursion, "ran out of stack"),
        Attack::request("handles", &handles, too_many_handles),
        Attack::request(
            "a log without an end",
            &log,
            "Is there a loop without an end?",
        ),
        Attack::request(
            "a response without an end",
            &response,
            "The response body was cut at 16 MiB",
        ),
        Attack::request(
            "responses that are never sent",
            &responses,
            too_many_handles,
        ),
        long_errors,
        // Seven of the eight MiB that may be passed in a call.
        Attack::call("names of objects", "hoard-names", "7340032", "is no name"),
        Attack::call("lists of objects", "hoard-lists", "\"shop\"", values),
    ]
}
