//! Change an organization's name and how it looks and signs, together (S3.8).

use crate::authority::{Action, Authority};
use crate::branding::Branding;
use crate::command::{Command, acting, unchanged};
use crate::draft::{Actor, Decision, Draft};
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::OrganizationId;
use crate::name::OrganizationName;
use crate::refusal::Refusal;
use crate::view::OrganizationView;

/// Customize an organization: what is not named stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customize {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Its new name, if it gets one.
    pub name: Option<OrganizationName>,
    /// How it looks and signs from now on, if that changes.
    pub branding: BrandingChange,
    /// The version the caller has read (`If-Match`).
    pub expected: Option<u64>,
}

/// Which parts of the branding change, each to a value or to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BrandingChange {
    /// The logo.
    pub logo_url: Option<Option<crate::branding::LogoUrl>>,
    /// The accent colour.
    pub accent: Option<Option<crate::branding::Accent>>,
    /// The sender's name.
    pub sender_name: Option<Option<crate::branding::SenderName>>,
    /// Where answers go.
    pub reply_to: Option<Option<crate::email::EmailAddress>>,
}

impl BrandingChange {
    /// What comes of it.
    pub fn on(&self, present: &Branding) -> Branding {
        Branding {
            logo_url: self.logo_url.clone().unwrap_or_else(|| present.logo_url.clone()),
            accent: self.accent.unwrap_or(present.accent),
            sender_name: self.sender_name.clone().unwrap_or_else(|| present.sender_name.clone()),
            reply_to: self.reply_to.clone().unwrap_or_else(|| present.reply_to.clone()),
            wordings: present.wordings.clone(),
        }
    }
}

impl Command for Customize {
    type Reply = OrganizationView;

    fn scope(&self) -> Scope {
        acting(self.organization, self.by)
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<OrganizationView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        authority.may(Action::Brand)?;
        let present = &facts.head()?.organization;
        unchanged(self.expected, present.version)?;
        let mut draft = Draft::new(facts, self.by);
        let organization = self.organization;
        if let Some(name) = self.name.as_ref().filter(|name| **name != present.name) {
            draft.record(Event::OrganizationRenamed { organization, name: name.clone() });
        }
        let branding = self.branding.on(&present.branding);
        if branding != present.branding {
            draft.record(Event::OrganizationBranded { organization, branding });
        }
        let view = OrganizationView::of(draft.facts(), self.by)?;
        Ok(draft.reply(view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::branding::{Accent, SenderName};
    use crate::fixture::{ORGANIZATION, OWNER, after, by, founded, outcome, with};

    fn customize(who: u128) -> Customize {
        let sender_name = Some(SenderName::parse("Acme Care").ok());
        let branding = BrandingChange { sender_name, ..BrandingChange::default() };
        Customize { organization: ORGANIZATION, by: by(who), name: None, branding, expected: None }
    }

    #[test]
    fn s3_8_who_customizes_an_account() {
        let account = with(with(founded("account"), 2, "administrator"), 3, "editor");
        for (who, answer) in [(OWNER, "ok"), (2, "ok"), (3, "permission-missing"), (9, "unknown-organization")] {
            assert_eq!(outcome(&customize(who), &account), answer, "{who}");
        }
        assert_eq!(outcome(&Customize { expected: Some(9), ..customize(2) }, &account), "changed-meanwhile");
    }

    #[test]
    fn s3_8_what_is_not_named_stays() {
        let branded = after(customize(OWNER).decide(&founded("account")));
        let accent = Some(Accent::parse("#0b5cad").ok());
        let next = Customize { branding: BrandingChange { accent, ..BrandingChange::default() }, ..customize(OWNER) };
        let both = after(next.decide(&branded));
        let branding = &both.head().unwrap().organization.branding;
        assert_eq!(branding.sender_name.as_ref().unwrap().as_str(), "Acme Care");
        assert!(branding.accent.is_some());
        assert!(next.decide(&both).unwrap().events.is_empty());
        let none = BrandingChange { sender_name: Some(None), accent: Some(None), ..BrandingChange::default() };
        let bare = after(Customize { branding: none, ..customize(OWNER) }.decide(&both));
        assert_eq!(bare.head().unwrap().organization.branding, Branding::default());
    }
}
