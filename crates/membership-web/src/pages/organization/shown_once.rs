//! A secret that a person is shown this once: a link to hand over, or the text of a key.

use askama::Template;

use crate::page::Page;

/// The page with the secret. It stands in a field of its own, to be selected where no script can copy it.
#[derive(Template)]
#[template(path = "shown_once.html")]
pub(crate) struct ShownOnce {
    pub page: Page,
    /// Whose it is, and what it is good for.
    pub lead: String,
    pub label: String,
    pub hint: String,
    pub secret: String,
    /// Where "done" leads.
    pub back: String,
}

impl ShownOnce {
    /// A link that somebody is to be given by other means than mail.
    pub(crate) fn link(page: Page, lead: String, link: String, back: String) -> Self {
        let (label, hint) = (page.t("link-label"), page.t("shown-once-hint"));
        Self { page, lead, label, hint, secret: link, back }
    }
}
