//! The pages of one organization.

use membership_core::id::OrganizationId;
use membership_core::view::OrganizationView;

use crate::stop::Stop;
use crate::visit::Visit;

pub(crate) mod add_member;
pub(crate) mod clear_logins;
pub(crate) mod confirm;
pub(crate) mod former;
pub(crate) mod invitation_action;
pub(crate) mod invitation_rows;
pub(crate) mod invitations;
pub(crate) mod invite;
pub(crate) mod invite_terms;
pub(crate) mod keys;
pub(crate) mod leave;
pub(crate) mod letter;
pub(crate) mod log;
pub(crate) mod member;
pub(crate) mod member_action;
pub(crate) mod member_rows;
pub(crate) mod members;
pub(crate) mod new_key;
pub(crate) mod overview;
pub(crate) mod roster;
pub(crate) mod roster_report;
pub(crate) mod seats;
pub(crate) mod settings;
pub(crate) mod several;
pub(crate) mod shown_once;
pub(crate) mod subscription;
pub(crate) mod template_preview;
pub(crate) mod templates;
pub(crate) mod why;

/// The organization as whoever visits sees it; to others it does not exist (I10).
pub(crate) async fn seen(visit: &Visit, organization: OrganizationId) -> Result<OrganizationView, Stop> {
    Ok(visit.web.memberships().organization(organization, visit.actor()?).await?)
}
