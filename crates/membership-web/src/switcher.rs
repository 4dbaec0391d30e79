//! The organizations in the menu of whoever is signed in: each is one press away (S3.2), and a group that has a second
//! member is a direct link to its administration (S0.3).

use membership_core::id::OrganizationId;
use membership_core::member::{Member, MemberStatus};
use membership_core::organization::Head;
use membership_core::port::MemberQuery;
use membership_core::role::Permission;
use membership_core::service::Failure;
use time::OffsetDateTime;

use crate::page::Way;
use crate::tint::tint;
use crate::visit::Visit;

/// How many organizations the menu names; the page of all of them is one more press.
const SHOWN: usize = 6;

/// How many of them the menu looks into for a second member.
const LOOKED_INTO: usize = 3;

/// What the menu offers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Switcher {
    pub organizations: Vec<Entry>,
    /// The administrations of the groups that have a second member.
    pub administered: Vec<Way>,
    /// When the visitor's role last rose in any of all their organizations.
    pub raised_at: Option<OffsetDateTime>,
}

/// An organization of the menu.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub id: OrganizationId,
    pub href: String,
    pub name: String,
    pub initial: String,
    pub tint: u8,
}

impl Switcher {
    /// The menu of a visitor; nothing for somebody who is not signed in.
    pub(crate) async fn of(visit: &Visit) -> Result<Self, Failure> {
        let Some(caller) = visit.caller.as_deref() else { return Ok(Self::default()) };
        let directory = &visit.web.memberships().ports().directory;
        let mine = directory.organizations_of(caller.user.id).await?;
        let mut administered = Vec::new();
        for (head, _) in mine.iter().filter(|(head, own)| administers(head, own)).take(LOOKED_INTO) {
            let organization = &head.organization;
            let query = MemberQuery { limit: 1, ..MemberQuery::default() };
            if directory.members(organization.id, &query).await?.total > 1 {
                let href = format!("/organizations/{}/members", organization.id);
                administered.push(Way::to(href, organization.name.to_string()));
            }
        }
        let raised_at = mine.iter().filter_map(|(_, own)| own.raised_at).max();
        let organizations = mine.iter().take(SHOWN).map(|(head, _)| Entry::of(head)).collect();
        Ok(Self { organizations, administered, raised_at })
    }
}

impl Entry {
    pub(crate) fn of(head: &Head) -> Self {
        let organization = &head.organization;
        let name = organization.name.to_string();
        Self {
            id: organization.id,
            href: format!("/organizations/{}", organization.id),
            initial: initial(&name),
            tint: tint(&organization.id.to_string()),
            name,
        }
    }
}

fn administers(head: &Head, own: &Member) -> bool {
    let scheme = &head.organization.policy.role_scheme;
    let is_owner = head.organization.owner == Some(own.id);
    let manages = scheme.role(&own.role).is_some_and(|role| role.permits(&Permission::MANAGE_MEMBERS));
    own.status == MemberStatus::Active && (is_owner || manages)
}

/// The letter that stands for an organization.
fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).into_iter().flat_map(char::to_uppercase).collect()
}
