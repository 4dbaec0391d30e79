//! Make a member's personal link, to be mailed or handed over; the earlier one dies, and its code (S4.5, S4.7, S4.8).

use crate::authority::{Action, Authority};
use crate::command::{Command, acting};
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{MemberId, OrganizationId, UserId};
use crate::input::InvalidInput;
use crate::invitation::Channel;
use crate::member::Member;
use crate::message::{Content, MessageScope, Recipient};
use crate::quota::{Bucket, Cause};
use crate::refusal::Refusal;
use crate::set_up::{Reach, SetUpLink};
use crate::user::User;
use crate::view::{MemberView, member_view};

/// Make a member's personal link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueSetUpLink {
    /// Which organization.
    pub organization: OrganizationId,
    /// Who wants it.
    pub by: Actor,
    /// Whose link.
    pub member: MemberId,
    /// The member's account, as the caller has read it: a prepared one, or none.
    pub user: Option<UserId>,
    /// How it reaches the person.
    pub reach: Reach,
}

impl Command for IssueSetUpLink {
    type Reply = MemberView;

    fn scope(&self) -> Scope {
        let mut scope = acting(self.organization, self.by);
        scope.members.push(self.member);
        scope.users.extend(self.user);
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<MemberView>, Refusal> {
        let authority = Authority::of(facts, self.by)?;
        let member = facts.member(self.member)?;
        authority.may(Action::ManageLogin { member })?;
        let is_there = member.user;
        if is_there.is_some() && prepared(facts, member, self.user)?.is_none() {
            return Err(Refusal::LoginExists);
        }
        let mut draft = Draft::new(facts, self.by);
        charge_link(&mut draft, member.email.as_ref(), self.reach)?;
        issue_link(&mut draft, self.member, self.reach, None)?;
        let view = member_view(draft.facts(), self.by, self.member)?;
        Ok(draft.reply(view))
    }
}

/// The prepared account of a member, if that is what it has. `known` is the account as the caller has read it.
///
/// # Errors
/// [`Refusal::ChangedMeanwhile`] if the member has another account by now.
pub(super) fn prepared<'a>(
    facts: &'a Facts,
    member: &Member,
    known: Option<UserId>,
) -> Result<Option<&'a User>, Refusal> {
    if member.user != known {
        return Err(Refusal::ChangedMeanwhile);
    }
    Ok(member.user.and_then(|id| facts.user(id)).filter(|user| user.is_prepared()))
}

/// What a link takes from quotas, if it goes by mail: that of the mailbox it goes to.
///
/// # Errors
/// [`Refusal::RateLimited`].
pub(super) fn charge_link(draft: &mut Draft, email: Option<&EmailAddress>, reach: Reach) -> Result<(), Refusal> {
    match email {
        Some(email) if reach.channel() == Channel::Mail => charge_mailbox(draft, email),
        _ => Ok(()),
    }
}

/// Takes one mail from what may reach a mailbox, over all organizations and together with invitations (A54).
///
/// # Errors
/// [`Refusal::RateLimited`].
pub(super) fn charge_mailbox(draft: &mut Draft, email: &EmailAddress) -> Result<(), Refusal> {
    draft.charge(Cause::Invitation, |limits| vec![(Bucket::mailbox(email), &limits.invitations_per_recipient)])
}

/// Makes a member's link, and the mail that carries it; perhaps as part of a round.
///
/// # Errors
/// [`Refusal::Invalid`] where there is no address to mail it to.
pub(super) fn issue_link(draft: &mut Draft, id: MemberId, reach: Reach, round: Option<u32>) -> Result<(), Refusal> {
    let member = draft.facts().member(id)?.clone();
    let link = SetUpLink::after(member.set_up.as_ref(), reach, draft.facts().now);
    draft.record(Event::SetUpLinkIssued { member: id, link, round });
    if link.channel == Channel::Hand {
        return Ok(());
    }
    let Some(email) = &member.email else {
        let rule = "must be `return`, to hand the link over: this member has no address to mail it to";
        return Err(InvalidInput::new("deliver", "no-address", rule).into());
    };
    let facts = draft.facts();
    let organization = &facts.head()?.organization;
    let prepared = member.user.and_then(|id| facts.user(id)).filter(|user| user.is_prepared());
    let initial_password = prepared.is_some_and(|user| user.password.is_some());
    let signs_in_as = |user: &User| user.username.as_ref().map_or_else(|| email.to_string(), ToString::to_string);
    let username = prepared.map(signs_in_as);
    draft.mail(Mail {
        scope: MessageScope::Organization(organization.id),
        cause: (id.0, u64::from(link.generation)),
        to: Recipient::Address(email.clone()),
        language: member.language_in(organization),
        content: Content::AccountSetUp {
            member: id,
            generation: link.generation,
            organization: organization.name.to_string(),
            name: member.name.to_string(),
            username,
            initial_password,
            expires_at: link.expires_at,
        },
        due_at: None,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::fixture::{NOW, ORGANIZATION, OWNER, after, at, by, founded, member, outcome, rostered, user, with};
    use crate::quota::MailLimits;
    use crate::set_up::SetUpCode;
    use crate::typed_code::CodeLocator;

    const HAND: Reach = Reach::Hand(CodeLocator(7));

    fn issue(who: u128, number: u128, reach: Reach) -> IssueSetUpLink {
        IssueSetUpLink { organization: ORGANIZATION, by: by(who), member: member(number), user: None, reach }
    }

    #[test]
    fn s4_4_only_who_manages_logins_and_ranks_above() {
        let portal =
            with(with(with(founded("member_portal"), 2, "administrator"), 3, "security_administrator"), 4, "member");
        let portal = rostered(rostered(portal, 20, "member"), 21, "security_administrator");
        for (who, number, answer) in [
            (OWNER, 20, "ok"),
            (2, 21, "ok"),
            (3, 20, "ok"),
            (3, 21, "member-above-yours"),
            (4, 20, "permission-missing"),
            (9, 20, "unknown-organization"),
            (OWNER, 22, "unknown-member"),
        ] {
            assert_eq!(outcome(&issue(who, number, Reach::Mail), &portal), answer, "{who} {number}");
        }
    }

    #[test]
    fn s4_8_a_new_link_kills_the_earlier_one() {
        let first = after(issue(OWNER, 20, Reach::Mail).decide(&rostered(founded("member_portal"), 20, "member")));
        let second = issue(OWNER, 20, HAND).decide(&first).unwrap();
        let link = second.reply.member.set_up.unwrap();
        assert_eq!((link.generation, link.channel, second.messages.len()), (2, Channel::Hand, 0));
        assert_eq!(link.code, Some(SetUpCode::new(CodeLocator(7), NOW)));
        let third = after(issue(OWNER, 20, Reach::Mail).decide(&second.after));
        assert_eq!(third.member(member(20)).unwrap().set_up.unwrap().code, None, "its code is dead, too");
    }

    #[test]
    fn a54_a_mailbox_gets_three_links_a_day_and_any_number_is_handed_over() {
        let limited = |facts: Facts| Facts { limits: MailLimits::default(), ..facts };
        let mut facts = limited(rostered(founded("member_portal"), 20, "member"));
        for _ in 0..3 {
            facts = after(issue(OWNER, 20, Reach::Mail).decide(&facts));
        }
        assert_eq!(outcome(&issue(OWNER, 20, Reach::Mail), &facts), "rate-limited");
        let handed = issue(OWNER, 20, HAND).decide(&facts).unwrap();
        assert!(handed.charges.is_empty());
        let later = at(facts, NOW + Duration::hours(8));
        assert_eq!(outcome(&issue(OWNER, 20, Reach::Mail), &later), "ok", "one more after a third of the day");
    }

    #[test]
    fn whoever_has_a_login_needs_none() {
        let facts = with(founded("member_portal"), 4, "member");
        let known = IssueSetUpLink { user: Some(user(4)), ..issue(OWNER, 4, HAND) };
        assert_eq!(outcome(&known, &facts), "login-exists");
        assert_eq!(outcome(&issue(OWNER, 4, HAND), &facts), "changed-meanwhile");
    }
}
