//! The HTTP API: handlers that parse, run a command and map the answer.
//!
//! [`api`] makes the routes and the OpenAPI document of one and the same list; [`protect`] puts the layers around a
//! whole server, pages included. One operation stands in one file under `routes/`; what is on the wire stands in `dto/`.
//!
//! ```
//! use axum::Router;
//! use membership_core::service::{Accounts, Backups};
//! use membership_http::{Api, HttpOptions, api, protect};
//!
//! fn served(accounts: Accounts, backups: Backups) -> Router {
//!     let options = HttpOptions::new("https://members.example.org");
//!     let (routes, _document) = api(Api { accounts, backups, options: options.clone() });
//!     protect(routes, &options)
//! }
//! ```

mod admission;
mod answer;
mod call;
mod cursor;
mod document;
mod dto;
mod etag;
mod evenly;
pub mod export;
mod health;
pub mod identity;
mod import_file;
mod json;
mod key;
mod limits;
mod options;
pub mod problem;
mod protect;
mod query;
mod receipt;
mod routes;
mod seal;

pub use document::{api, openapi_json};
pub use evenly::Evenly;
pub use import_file::{ImportFile, LONGEST_IMPORT_FORM, import_result, import_template, result_text};
pub use limits::{Client, LimitOptions, Limited, Limits, RateLimited, trusted_proxies};
pub use options::{Api, HttpOptions, issuer};
pub use problem::status_of;
pub use protect::{policy_with_pictures_from, protect};
