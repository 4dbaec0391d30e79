//! The pages: server-rendered, inside the binary, and complete without any script. With one, lists change in place.

mod answer;
mod assets;
mod cookies;
mod departure;
mod form;
mod limited;
mod link_cookie;
mod local_path;
mod login_chart;
mod page;
mod pages;
mod qr;
mod search;
mod spoken;
mod stop;
mod switcher;
mod theme;
mod tint;
mod visit;
mod web;
mod words;

pub use web::{Elsewhere, Web, pages};
