//! One message to the administrators becomes one message to each of them.

use std::collections::BTreeMap;

use membership_core::draft::derived_id;
use membership_core::email::EmailAddress;
use membership_core::facts::Scope;
use membership_core::id::{MessageId, OrganizationId};
use membership_core::language::Language;
use membership_core::message::{Message, MessageScope, Recipient};
use membership_core::organization::Organization;
use membership_core::port::{Attempt, Directory, Store, StoreError};
use membership_core::role::{Permission, RoleKey, RoleScheme};

/// The most administrators that one notification reaches.
const MOST_RECIPIENTS: usize = 1_000;

/// What holders of a role may do for it to count as one of administrators.
const ADMINISTERS: [Permission; 2] = [Permission::INVITE, Permission::ALLOCATE_SEATS];

/// Takes the place of a message to the administrators: one for each, as they are now, or none if the organization is
/// gone, in their own language where it is known. Their ids follow from the message's and the address, so that a repeat
/// makes no others.
pub(super) async fn expand(
    message: &Message,
    store: &dyn Store,
    directory: &dyn Directory,
) -> Result<Attempt, StoreError> {
    let MessageScope::Organization(organization) = message.scope else {
        return Ok(Attempt::Failed { reason: "only an organization has administrators".to_owned() });
    };
    let facts = store.read(&Scope::of(organization)).await?;
    let Ok(head) = facts.head() else { return Ok(Attempt::Cancelled) };
    let roles = administering(&head.organization.policy.role_scheme);
    let recipients = recipients(organization, &roles, directory).await?;
    let write = |to| addressed(message, &head.organization, to);
    Ok(Attempt::Expanded(recipients.into_iter().map(write).collect()))
}

fn administering(scheme: &RoleScheme) -> Vec<RoleKey> {
    let administers = |role: &&membership_core::role::Role| ADMINISTERS.iter().any(|it| role.permits(it));
    scheme.roles().iter().filter(administers).map(|role| role.key.clone()).collect()
}

/// The addresses of the administrators, each with the language of whoever reads it.
async fn recipients(
    organization: OrganizationId,
    roles: &[RoleKey],
    directory: &dyn Directory,
) -> Result<BTreeMap<EmailAddress, Option<Language>>, StoreError> {
    let mut recipients = BTreeMap::new();
    let mut after = None;
    loop {
        let page = directory.holders(organization, roles, after).await?;
        let Some(last) = page.last().map(|member| member.id) else { return Ok(recipients) };
        if after == Some(last) {
            return Err(StoreError::Corrupt("a page of role holders does not begin after the last one".to_owned()));
        }
        for member in page {
            let Some(address) = member.email else { continue };
            if recipients.len() == MOST_RECIPIENTS {
                tracing::warn!(%organization, "only the first {MOST_RECIPIENTS} administrators are notified");
                return Ok(recipients);
            }
            recipients.entry(address).or_insert(member.profile.language);
        }
        after = Some(last);
    }
}

fn addressed(
    message: &Message,
    organization: &Organization,
    (address, language): (EmailAddress, Option<Language>),
) -> Message {
    let id = MessageId(derived_id(&[message.id.0.as_bytes(), address.as_str().as_bytes()]));
    let to = Recipient::Address(address);
    match language.filter(|it| *it != message.language) {
        // It was written with a wording of its own language alone.
        Some(language) => {
            let branding = organization.branding.of_mail(message.content.kind(), language);
            Message { id, to, language, branding, ..message.clone() }
        }
        None => Message { id, to, ..message.clone() },
    }
}
