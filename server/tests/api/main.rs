//! The server as its clients see it: over HTTP, on a real database, laid out like the routes.

mod ahead;
mod calls;
mod check;
mod components;
mod forms;
mod generate;
mod grants;
mod graphs;
mod guests;
mod hosts;
mod kept;
mod links;
mod messages;
mod open;
mod openapi;
mod pages;
mod panels;
mod picture;
mod previews;
mod refusals;
mod runs;
mod samples;
mod support;
mod views;
mod wac;
mod wiring;
