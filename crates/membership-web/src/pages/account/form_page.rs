//! A page that is one form: what most steps of an account are.

use askama::Template;

use crate::form::Field;
use crate::page::Page;

/// One form with one or several ways to send it.
#[derive(Template)]
#[template(path = "form.html")]
pub(crate) struct FormPage {
    pub page: Page,
    pub lead: String,
    pub action: &'static str,
    pub fields: Vec<Field>,
    pub buttons: Vec<Button>,
}

/// A way to send the form; its value arrives in the field `do`.
pub(crate) struct Button {
    pub value: &'static str,
    pub label: String,
}

impl Button {
    /// The only way to send a form.
    pub(crate) fn only(label: String) -> Vec<Self> {
        vec![Self { value: "go", label }]
    }
}
