//! One page for whatever should be thought about first: it says what will happen, and takes one more press.

use askama::Template;

use crate::form::{Choices, Field};
use crate::page::Page;

/// A question before an action.
#[derive(Template)]
#[template(path = "confirm.html")]
pub(crate) struct Confirm {
    pub page: Page,
    /// What will happen, one sentence each.
    pub consequences: Vec<String>,
    pub fields: Vec<Field>,
    pub choices: Option<Choices>,
    /// Where the form goes.
    pub action: String,
    pub submit: String,
    /// Whether it takes something away from somebody.
    pub grave: bool,
    /// Where "cancel" leads.
    pub back: String,
}
