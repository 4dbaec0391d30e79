//! Why somebody who may invite cannot do so at the moment, in the words of the rule that says no.

use membership_core::command::Invite;
use membership_core::email::EmailAddress;
use membership_core::id::InvitationId;
use membership_core::service::NewOffer;
use membership_core::view::OrganizationView;

use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;

/// The refusal of an invitation, tried without being sent; `None` for whoever can invite, and for whoever never may.
pub(crate) async fn why_not_invite(visit: &Visit, view: &OrganizationView) -> Result<Option<String>, Stop> {
    let may = |action: &str| view.allowed_actions.contains(&action);
    if may("invite") || !may("view_invitations") {
        return Ok(None);
    }
    let memberships = visit.web.memberships();
    let id = InvitationId(memberships.ports().random.id());
    // Nobody has this address, so that nothing but the rules stands in the way.
    let offer = NewOffer { role: view.grantable_roles.first().cloned(), ..NewOffer::to(nobody(id)?) };
    let (organization, by) = (view.head.organization.id, visit.actor()?);
    let command = Invite { organization, by, offers: vec![offer.with_id(id)], all_or_none: false };
    let refusal = match or_refusal(memberships.try_out(&command).await)? {
        Ok(outcomes) => outcomes.into_iter().find_map(Result::err),
        Err(refusal) => Some(refusal),
    };
    Ok(refusal.map(|refusal| visit.words.refusal(&refusal)))
}

fn nobody(id: InvitationId) -> Result<EmailAddress, Stop> {
    Ok(EmailAddress::parse(&format!("nobody-{id}@example.org"))?)
}
