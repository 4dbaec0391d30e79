//! The frame of every page: title, who is signed in, notices and, within an organization, its sections.

use std::fmt::Display;
use std::sync::{Arc, OnceLock};

use membership_core::branding::LogoUrl;
use membership_core::language::Language;
use membership_core::view::OrganizationView;

use crate::assets;
use crate::form::Summary;
use crate::form::kept::Kept;
use crate::local_path::leading_to;
use crate::pages::account::security;
use crate::switcher::{Entry, Switcher};
use crate::theme::Theme;
use crate::tint::{initials, tint};
use crate::visit::Visit;
use crate::words::Words;

/// What the frame shows.
pub(crate) struct Page {
    pub words: Words,
    pub title: String,
    /// The name of whoever is signed in.
    pub person: Option<String>,
    pub operator: bool,
    pub form_token: String,
    /// What has just been done.
    pub notice: Option<String>,
    /// How to take it back, where that can be done by one press.
    pub undo: Option<Undo>,
    /// Why it has not been done.
    pub problem: Option<Summary>,
    /// Where to go for the second factor that the organization asks for and the visitor has not shown.
    pub factor_awaited: Option<String>,
    /// The organization whose sections are offered.
    pub organization: Option<String>,
    /// The same, as the menu shows it.
    pub entry: Option<Entry>,
    /// The organization's logo.
    pub logo: Option<LogoUrl>,
    /// Where the page tells its visit that it shows a logo.
    shows: Arc<OnceLock<LogoUrl>>,
    pub sections: Vec<Section>,
    /// The pages above this one.
    pub crumbs: Vec<Way>,
    /// The visitor's organizations.
    pub switcher: Arc<Switcher>,
    pub theme: Theme,
    /// Tells the forms of this page from those of every other, so that one that is sent twice is carried out once.
    pub request_id: String,
    /// Where this page is.
    pub here: String,
    /// Whether the development mailbox is open.
    pub mailbox: bool,
    pub stylesheet: &'static str,
    /// The stylesheet that says the organization's colour, if it has one: `/assets/accent-rrggbb.css`.
    pub accent: Option<String>,
    pub script: &'static str,
    pub icon: &'static str,
}

/// A section of an organization.
pub(crate) struct Section {
    /// Its last part of the address, and its icon's name.
    pub name: &'static str,
    pub href: String,
    pub label: String,
    pub current: bool,
}

/// A way to go on from a page.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    pub href: String,
    pub label: String,
}

/// A filter of a list, or another order of it.
#[derive(Debug, Clone)]
pub(crate) struct Chip {
    pub href: String,
    pub label: String,
    pub chosen: bool,
}

/// How what has just been done is taken back: the form whose one press does it.
pub(crate) struct Undo {
    pub href: String,
    /// Its fields, with what they held before.
    pub fields: Vec<(&'static str, String)>,
}

impl Way {
    pub(crate) fn to(href: impl Into<String>, label: String) -> Self {
        Self { href: href.into(), label }
    }
}

/// What a page may say has just been done. The address carries one of these words and never a text.
pub(crate) const DONE: &[&str] = &[
    "several-done",
    "none-chosen",
    "record-shared",
    "record-unshared",
    "record-restricted",
    "record-opened",
    "record-removed",
    "template-saved",
    "template-reset",
    "round-started",
    "clear-begun",
    "clear-undone",
    "key-made-already",
    "key-revoked",
    "member-added",
    "login-changed",
    "set-up-link-sent",
    "signed-out-member",
    "group-made",
    "group-renamed",
    "group-deleted",
    "group-joined",
    "group-left",
    "program-made",
    "program-saved",
    "program-deleted",
    "session-made",
    "session-saved",
    "session-deleted",
    "enrolled",
    "withdrawn",
    "factor-added",
    "factor-removed",
    "last-factor-removed",
    "second-factor-set",
    "seats-allocated",
    "when-full-set",
    "identity-linked",
    "identity-unlinked",
    "signed-out",
    "verified",
    "set-up",
    "profile-saved",
    "founded",
    "left",
    "deleted",
    "renamed",
    "looks-saved",
    "invited",
    "resent",
    "revoked",
    "role-changed",
    "suspended",
    "reactivated",
    "date-set",
    "date-cleared",
    "seat-allocated",
    "seat-released",
    "removed",
    "transferred",
    "owner-reassigned",
    "organization-awaits-owner",
    "owner-invited",
    "subscription-set",
    "password-changed",
    "address-added",
    "address-verified",
    "address-removed",
    "address-primary",
    "sign-in-ended",
    "sign-ins-ended",
];

impl Page {
    pub(crate) fn new(visit: &Visit, title: String) -> Self {
        let user = visit.caller.as_ref().map(|caller| &caller.user);
        let random = &visit.web.memberships().ports().random;
        Self {
            words: visit.words,
            title,
            person: user.map(|user| user.name.to_string()),
            operator: user.is_some_and(|user| user.operator),
            form_token: visit.form_token.map(|token| token.masked(random.as_ref())).unwrap_or_default(),
            notice: None,
            undo: None,
            problem: None,
            factor_awaited: None,
            organization: None,
            entry: None,
            logo: None,
            shows: visit.shows.clone(),
            sections: Vec::new(),
            crumbs: Vec::new(),
            switcher: visit.switcher.clone(),
            theme: visit.theme,
            request_id: random.id().to_string(),
            here: visit.back.clone(),
            mailbox: visit.web.mailbox.is_some(),
            stylesheet: assets::stylesheet(),
            accent: None,
            script: assets::script(),
            icon: assets::icon(),
        }
    }

    /// The same page, saying what has just been done.
    #[must_use]
    pub(crate) fn after(mut self, done: Option<&str>) -> Self {
        let known = done.filter(|done| DONE.contains(done));
        self.notice = known.map(|done| self.words.t(&format!("done-{done}")));
        self
    }

    /// The same page, offering to take back what has just been done.
    #[must_use]
    pub(crate) fn undoing(mut self, undo: Option<Undo>) -> Self {
        self.undo = undo;
        self
    }

    /// The same page, saying why something was not done.
    #[must_use]
    pub(crate) fn with_problem(mut self, problem: Option<Summary>) -> Self {
        self.problem = problem;
        self
    }

    /// The same page with the sections of an organization that its viewer may see; `current` is one of them.
    #[must_use]
    pub(crate) fn of(mut self, view: &OrganizationView, current: &str) -> Self {
        let organization = &view.head.organization;
        let may = |action: &str| view.allowed_actions.contains(&action);
        let sections = [
            ("", "overview", true),
            ("/members", "members", may("view_members") || may("view_invitations")),
            ("/roster", "roster", may("send_rounds")),
            ("/invitations", "invitations", may("view_invitations")),
            ("/groups", "groups", may("view_groups")),
            ("/programs", "programs", may("view_groups")),
            ("/records", "records", may("view_records")),
            ("/seats", "seats", sells_seats(view)),
            ("/templates", "templates", may("edit_templates")),
            ("/keys", "keys", may("view_keys")),
            ("/log", "log", may("view_audit")),
            (
                "/settings",
                "settings",
                ["rename", "customize", "delete", "change_policy", "take_backup"].into_iter().any(may),
            ),
        ];
        self.organization = Some(organization.name.to_string());
        self.factor_awaited = view.second_factor_required.then(|| leading_to(security::PATH, &self.here));
        self.accent = organization.branding.accent.as_ref().map(assets::accent);
        self.entry = Some(Entry::of(&view.head));
        self = self.with_logo(organization.branding.logo_url.as_ref());
        self.sections = sections
            .into_iter()
            .filter(|(_, _, offered)| *offered)
            .map(|(path, name, _)| Section {
                name,
                href: format!("/organizations/{}{path}", organization.id),
                label: self.words.t(&format!("section-{name}")),
                current: name == current,
            })
            .collect();
        self
    }

    /// The same page with an organization's logo, which its policy must let the browser fetch.
    #[must_use]
    pub(crate) fn with_logo(mut self, logo: Option<&LogoUrl>) -> Self {
        if let Some(logo) = logo {
            self.shows.get_or_init(|| logo.clone());
        }
        self.logo = logo.cloned();
        self
    }

    /// The same page below another one.
    #[must_use]
    pub(crate) fn under(mut self, href: impl Into<String>, label: String) -> Self {
        self.crumbs.push(Way::to(href, label));
        self
    }

    /// This page as a form leads back to it: without what was done before.
    pub(crate) fn back_here(&self) -> String {
        let (path, query) = self.here.split_once('?').unwrap_or((&self.here, ""));
        let told = |part: &&str| !part.is_empty() && !["done=", "of="].iter().any(|name| part.starts_with(name));
        let kept: Vec<_> = query.split('&').filter(told).collect();
        if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
    }

    /// The initials of whoever is signed in.
    pub(crate) fn initials(&self) -> String {
        self.person.as_deref().map(initials).unwrap_or_default()
    }

    /// The colour behind them.
    pub(crate) fn tint(&self) -> u8 {
        tint(self.person.as_deref().unwrap_or_default())
    }

    /// What was typed into and chosen in a form, in words: fields that no label is for were not for people.
    pub(crate) fn told(&self, kept: &Kept) -> Vec<(String, String)> {
        let told = |(name, value): &(String, String)| {
            let name = name.replace('_', "-");
            let label = ["typed", "field"].iter().find_map(|kind| self.words.find(&format!("{kind}-{name}")))?;
            let is_id = value.parse::<uuid::Uuid>().is_ok();
            let chosen = self.words.find(&format!("{name}-{}", value.replace('_', "-")));
            (!value.is_empty() && !is_id).then(|| (label, chosen.unwrap_or_else(|| value.clone())))
        };
        kept.fields.iter().filter_map(told).collect()
    }

    /// Whether this is a page of that organization.
    pub(crate) fn is_in(&self, entry: &Entry) -> bool {
        self.entry.as_ref().is_some_and(|it| it.id == entry.id)
    }

    /// The themes to choose from: name, label and whether it is the present one.
    pub(crate) fn themes(&self) -> Vec<(&'static str, String, bool)> {
        let shown = |it: Theme| (it.name(), self.t(&format!("theme-{}", it.name())), it == self.theme);
        Theme::ALL.into_iter().map(shown).collect()
    }

    /// The languages to choose from for whoever is not signed in: tag, name and whether it is the present one.
    pub(crate) fn languages(&self) -> Vec<(&'static str, String, bool)> {
        let shown = |it: Language| (it.tag(), self.t(&format!("language-{it}")), it == self.words.language);
        if self.person.is_some() { Vec::new() } else { Language::ALL.into_iter().map(shown).collect() }
    }

    pub(crate) fn t(&self, key: &str) -> String {
        self.words.t(key)
    }

    pub(crate) fn t1(&self, key: &str, name: &'static str, value: impl Display) -> String {
        self.words.t1(key, name, value)
    }

    pub(crate) fn n(&self, key: &str, count: impl Display) -> String {
        self.words.n(key, count)
    }

    pub(crate) fn number(&self, count: impl Display) -> String {
        self.words.number(count)
    }

    pub(crate) fn language(&self) -> &'static str {
        self.words.language.tag()
    }
}

/// Whether seats mean anything in an organization.
pub(crate) fn sells_seats(view: &OrganizationView) -> bool {
    view.head.organization.policy.seat_policy != membership_core::policy::SeatPolicy::Unlimited
        || view.head.seats.limit.is_some()
}
