//! Accept an invitation: everything that can stop an acceptance stands in this file (S1.7, S3.1, S3.2, I3, I4, I9).

use crate::authority::{inviter_may_still_grant, seat_is_free};
use crate::command::Command;
use crate::command::enrol::mail_of_begun;
use crate::command::set_deactivation_date::tell_of_deactivation;
use crate::draft::{Actor, Decision, Draft, Mail};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::{Facts, Scope};
use crate::id::{InvitationId, MemberId, OrganizationId, SessionId, SignInId, UserId};
use crate::invitation::{Channel, Invitation, InvitationState};
use crate::member::{Member, MemberStatus};
use crate::message::{Content, MessageScope, Recipient};
use crate::name::PersonName;
use crate::organization::{Head, OrganizationState};
use crate::person::Person;
use crate::policy::SeatPolicy;
use crate::profile::MemberProfile;
use crate::program::Phase;
use crate::refusal::Refusal;
use crate::second_factor::FactorKind;
use crate::secret::Link;
use crate::user::{SignIn, User, UserEmail};

/// Accept the invitation a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept {
    /// The link, as the signer read it.
    pub link: Link,
    /// Who accepts, and how that is known.
    pub acceptor: Acceptor,
    /// The membership's id.
    pub member: MemberId,
    /// The fresh sign-in that accepting gives, if this deployment signs people in.
    pub sign_in: Option<SignIn>,
    /// The sign-in it takes the place of (A64).
    pub ends: Option<(UserId, SignInId)>,
}

/// Who accepts, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there is one in a request, and it is not kept")]
pub enum Acceptor {
    /// Somebody who is signed in, here or with the host application.
    SignedIn(Person),
    /// Somebody with an account who is not signed in, and typed the address that was invited.
    Typed {
        /// What was typed.
        address: EmailAddress,
        /// Whose verified address it is.
        person: Person,
    },
    /// Somebody without an account, who has one from now on.
    New {
        /// The account to be made, still without an address: it gets the invitation's, and no other (A03).
        user: User,
        /// The address of the invitation, as the caller has read it.
        address: EmailAddress,
    },
}

/// What accepting led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Into which organization.
    pub organization: OrganizationId,
    /// The membership.
    pub member: Member,
    /// Whether the person owns the organization from now on.
    pub owns: bool,
    /// Whether full access waits for a seat: to be allocated (S0.2), or to come free.
    pub awaits_seat: bool,
    /// The second factors of which one is to be shown before the fresh sign-in is one; empty if none is asked for.
    pub awaits_factor: Vec<FactorKind>,
}

impl Command for Accept {
    type Reply = Accepted;

    fn scope(&self) -> Scope {
        let mut scope = Scope {
            members_of: vec![self.user()],
            invitations: vec![InvitationId(self.link.id)],
            lapsed: true,
            ..Scope::of(OrganizationId(self.link.scope))
        };
        // The link shows a mailbox and nothing else: whoever has a second factor is asked for it.
        if let Acceptor::Typed { person, .. } = &self.acceptor {
            scope.factors_of.push(person.user);
        }
        if let Acceptor::New { user, address } = &self.acceptor {
            scope.users_at.push(address.clone());
            scope.usernames_like.extend(user.username.clone());
        }
        scope
    }

    fn decide(&self, facts: &Facts) -> Result<Decision<Accepted>, Refusal> {
        let invitation = open_invitation(facts, &self.link)?.clone();
        self.is_for(facts, &invitation)?;
        if facts.member_of(self.user()).is_some() {
            return Err(Refusal::AlreadyMember);
        }
        inviter_may_still_grant(facts, &invitation)?;
        let mut draft = Draft::new(facts, Actor::User(self.user()));
        draft.settle_lapsed();
        let name = self.register(&mut draft, &invitation)?;
        let member = self.joining(draft.facts(), &invitation, name)?;
        draft.record(Event::InvitationAccepted { invitation: invitation.id, member: member.clone() });
        if invitation.for_owner {
            draft.record(Event::OwnershipTransferred { to: member.id });
        }
        place(&mut draft, &invitation, member.id)?;
        let awaits_factor = self.begin_sign_in(&mut draft);
        let head = draft.facts().head()?.clone();
        let by_hand = head.organization.policy.seat_policy == SeatPolicy::ByHand;
        let awaits_seat = by_hand || member.waits_since.is_some();
        if member.waits_since.is_some() {
            draft.tell_of_seat(&member, false);
        }
        if let Some(mail) = announcement(&head, &invitation, &member, by_hand) {
            draft.mail(mail);
        }
        if let Some(errand) = tell_of_deactivation(&head.organization, &member) {
            draft.mail(errand);
        }
        let organization = head.organization.id;
        Ok(draft.reply(Accepted { organization, member, owns: invitation.for_owner, awaits_seat, awaits_factor }))
    }
}

impl Accept {
    fn user(&self) -> UserId {
        match &self.acceptor {
            Acceptor::SignedIn(person) | Acceptor::Typed { person, .. } => person.user,
            Acceptor::New { user, .. } => user.id,
        }
    }

    /// Whether the invitation is this person's, as far as can be known from how they came.
    fn is_for(&self, facts: &Facts, invitation: &Invitation) -> Result<(), Refusal> {
        match &self.acceptor {
            Acceptor::SignedIn(person) if person.verified.contains(&invitation.email) => Ok(()),
            Acceptor::SignedIn(person) if person.verified.is_empty() => Err(Refusal::EmailUnverified),
            Acceptor::SignedIn(person) => {
                Err(Refusal::WrongAccount { invited: invitation.email.masked(), present: person.verified.clone() })
            }
            Acceptor::Typed { address, .. } if *address != invitation.email => Err(Refusal::NotTheInvitedAddress),
            Acceptor::Typed { .. } if invitation.channel == Channel::Hand => Err(Refusal::SignInRequired),
            Acceptor::Typed { person, .. } if person.verified.contains(&invitation.email) => Ok(()),
            Acceptor::Typed { .. } => Err(Refusal::EmailUnverified),
            Acceptor::New { address, .. } if *address != invitation.email => Err(Refusal::NotTheInvitedAddress),
            // A link that was handed over proves no mailbox, so it must not tell whether the address has an account
            // (A62). The account it makes gets the address unproven, and takes it from nobody (A09).
            Acceptor::New { .. }
                if invitation.channel == Channel::Mail && facts.user_at(&invitation.email).is_some() =>
            {
                Err(Refusal::AccountExists)
            }
            Acceptor::New { .. } if facts.head()?.organization.policy.sign_up_policy.registers_first => {
                Err(Refusal::RegistrationRequired)
            }
            Acceptor::New { user, .. } => match &user.username {
                Some(username) => facts.username_is_free(username, None),
                None => Ok(()),
            },
        }
    }

    /// Makes the account of somebody who has none. Only a link that went by mail proves the mailbox.
    fn register(&self, draft: &mut Draft, invitation: &Invitation) -> Result<PersonName, Refusal> {
        let user = match &self.acceptor {
            Acceptor::SignedIn(person) | Acceptor::Typed { person, .. } => return Ok(person.name.clone()),
            Acceptor::New { user, .. } => user,
        };
        let verified_at = (invitation.channel == Channel::Mail).then_some(draft.facts().now);
        let email = UserEmail { address: invitation.email.clone(), verified_at };
        let user = User { emails: vec![email], ..user.clone() };
        let name = user.name.clone();
        draft.record(Event::UserRegistered { user });
        Ok(name)
    }

    fn joining(&self, facts: &Facts, invitation: &Invitation, name: PersonName) -> Result<Member, Refusal> {
        let head = facts.head()?;
        let takes_seat = head.seats_on_joining();
        // What was reserved is there, whatever has become of the limit or the subscription.
        let found = if takes_seat && !invitation.reserves_seat { seat_is_free(head, facts.now) } else { Ok(()) };
        if !head.waits_when_full() {
            found.clone()?;
        }
        let deactivates_at = invitation.deactivates_at.filter(|at| *at > facts.now);
        if invitation.deactivates_at != deactivates_at {
            return Err(Refusal::InvitationExpired);
        }
        Ok(Member {
            id: self.member,
            user: Some(self.user()),
            name,
            email: Some(invitation.email.clone()),
            role: invitation.role.clone(),
            status: MemberStatus::Active,
            seat: takes_seat && found.is_ok(),
            waits_since: found.is_err().then_some(facts.now),
            joined_at: facts.now,
            raised_at: None,
            deactivates_at,
            profile: self.profile(),
            set_up: None,
            rounds: crate::roster::Rounds::default(),
            login_since: Some(facts.now),
            version: 1,
        })
    }

    /// What a new person has told of themselves; of others no more than their language is known here.
    fn profile(&self) -> MemberProfile {
        match &self.acceptor {
            Acceptor::SignedIn(person) | Acceptor::Typed { person, .. } => {
                MemberProfile { language: person.language, ..MemberProfile::default() }
            }
            Acceptor::New { user, .. } => {
                MemberProfile { names: user.names.clone(), language: Some(user.language), ..MemberProfile::default() }
            }
        }
    }

    /// Begins the fresh sign-in; returns what is still to be shown before it is one.
    fn begin_sign_in(&self, draft: &mut Draft) -> Vec<FactorKind> {
        if let Some((user, sign_in)) = self.ends {
            draft.record(Event::SignedOut { user, sign_in });
        }
        let Some(sign_in) = &self.sign_in else { return Vec::new() };
        let (sign_in, awaits) = match &self.acceptor {
            Acceptor::Typed { person, .. } => {
                (draft.facts().opened_by_one_factor(sign_in), draft.facts().factors_asked_of(person.user))
            }
            Acceptor::SignedIn(_) | Acceptor::New { .. } => (sign_in.clone(), Vec::new()),
        };
        draft.record(Event::SignedIn { sign_in });
        awaits
    }
}

/// The invitation a link leads to, if it can be accepted or declined now. Only whoever holds a well-formed link learns
/// why not.
///
/// # Errors
/// [`Refusal::UnknownLink`] or what the invitation's state says.
pub fn open_invitation<'a>(facts: &'a Facts, link: &Link) -> Result<&'a Invitation, Refusal> {
    let head = facts.head().map_err(|_| Refusal::UnknownLink)?;
    let invitation = facts.invitation(InvitationId(link.id)).map_err(|_| Refusal::UnknownLink)?;
    match invitation.state_at(facts.now) {
        InvitationState::Accepted => return Err(Refusal::InvitationAccepted),
        InvitationState::Declined => return Err(Refusal::InvitationDeclined),
        InvitationState::Revoked => return Err(Refusal::InvitationRevoked),
        InvitationState::Expired => return Err(Refusal::InvitationExpired),
        InvitationState::Scheduled => return Err(Refusal::InvitationNotOpen),
        InvitationState::Pending => {}
    }
    if link.generation != invitation.generation {
        return Err(Refusal::LinkSuperseded);
    }
    if head.organization.state == OrganizationState::AwaitingOwner && !invitation.for_owner {
        return Err(Refusal::AwaitingOwner);
    }
    Ok(invitation)
}

/// Brings the new member into what the invitation leads into, as far as it is still there (S2.4).
fn place(draft: &mut Draft, invitation: &Invitation, member: MemberId) -> Result<(), Refusal> {
    let facts = draft.facts();
    let groups = invitation.groups.iter().filter(|it| facts.group(**it).is_ok());
    let joined = groups.map(|group| Event::GroupJoined { group: *group, member });
    let is_open = |it: &&SessionId| facts.session(**it).is_ok_and(|it| it.phase_at(facts.now) != Phase::Over);
    let sessions = invitation.sessions.iter().filter(is_open);
    let enrolled = sessions.map(|session| Event::MemberEnrolled { session: *session, member });
    let events: Vec<_> = joined.chain(enrolled).collect();
    if events.is_empty() {
        return Ok(());
    }
    events.into_iter().for_each(|event| draft.record(event));
    mail_of_begun(draft, member)
}

fn announcement(head: &Head, invitation: &Invitation, member: &Member, by_hand: bool) -> Option<Mail> {
    let organization = &head.organization;
    if !organization.policy.invitation_policy.announces_acceptance || invitation.for_owner {
        return None;
    }
    Some(Mail {
        scope: MessageScope::Organization(organization.id),
        cause: (invitation.id.0, invitation.version),
        to: Recipient::Administrators,
        language: organization.language,
        content: Content::InvitationAccepted {
            organization: organization.name.to_string(),
            member: member.name.to_string(),
            awaits_seat: by_hand,
        },
        due_at: None,
    })
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::command::{ChangeRole, Leave, Remove, Renew, Revoke, SetWhenFull};
    use crate::fixture::{
        NOW, ORGANIZATION, OWNER, account_of, after, at, by, email, founded, group, grouped, invitation, invited,
        limited, member, outcome, person, role, session, sessioned, sold, user, waiting, with,
    };
    use crate::language::Language;
    use crate::policy::WhenFull;

    fn link(number: u128, generation: u32) -> Link {
        Link::to_invitation(ORGANIZATION, invitation(number), generation)
    }

    fn accept(number: u128, acceptor: Acceptor) -> Accept {
        Accept { link: link(number, 1), acceptor, member: member(number), sign_in: None, ends: None }
    }

    fn newcomer(number: u128) -> Acceptor {
        let known = account_of(number, None).users.remove(0);
        let user = User { name: PersonName::parse("New").unwrap(), emails: vec![], ..known };
        Acceptor::New { user, address: email(&format!("p{number}@example.org")) }
    }

    fn signed_in(number: u128) -> Acceptor {
        Acceptor::SignedIn(person(number))
    }

    fn typed(number: u128, address: &str) -> Acceptor {
        Acceptor::Typed { address: email(address), person: person(number) }
    }

    #[test]
    fn s1_7_new_and_known_people_are_members_at_once() {
        let facts = invited(founded("team"), 20, "admin");
        for acceptor in [newcomer(20), signed_in(20), typed(20, "p20@example.org")] {
            let decision = accept(20, acceptor).decide(&facts).unwrap();
            let joined = decision.after.member(member(20)).unwrap();
            assert_eq!((joined.role.as_str(), joined.user), ("admin", Some(user(20))));
            assert_eq!(decision.after.invitation(invitation(20)).unwrap().state, InvitationState::Accepted);
        }
    }

    #[test]
    fn whoever_joins_is_written_to_in_their_own_language() {
        let facts = invited(founded("team"), 20, "member");
        let known = account_of(20, None).users.remove(0);
        let french = User { language: Language::French, ..known };
        let typed = Acceptor::Typed { address: email("p20@example.org"), person: Person::from(&french) };
        let new = Acceptor::New { user: User { emails: vec![], ..french.clone() }, address: email("p20@example.org") };
        for (acceptor, own, written_to) in [
            (Acceptor::SignedIn(Person::from(&french)), Some(Language::French), Language::French),
            (typed, Some(Language::French), Language::French),
            (new, Some(Language::French), Language::French),
            (signed_in(20), None, Language::English),
        ] {
            let decided = after(accept(20, acceptor).decide(&facts));
            let joined = decided.member(member(20)).unwrap();
            let organization = &decided.head().unwrap().organization;
            assert_eq!((joined.profile.language, joined.language_in(organization)), (own, written_to));
        }
    }

    #[test]
    fn only_whom_it_is_for_accepts() {
        let facts = invited(founded("team"), 20, "member");
        let unverified = Acceptor::SignedIn(Person { verified: vec![], ..person(20) });
        assert_eq!(outcome(&accept(20, signed_in(21)), &facts), "wrong-account");
        assert_eq!(outcome(&accept(20, unverified), &facts), "email-unverified");
        assert_eq!(outcome(&accept(20, typed(21, "p21@example.org")), &facts), "not-the-invited-address");
        assert_eq!(outcome(&accept(20, typed(21, "p20@example.org")), &facts), "email-unverified");
        assert_eq!(outcome(&accept(20, newcomer(21)), &facts), "not-the-invited-address");
    }

    #[test]
    fn a09_an_account_that_exists_is_never_set_up_again() {
        let facts = invited(founded("team"), 20, "member");
        let known = after(accept(20, newcomer(20)).decide(&facts));
        let again = Facts { users: known.users, ..facts };
        assert_eq!(outcome(&accept(20, newcomer(20)), &again), "account-exists");
    }

    #[test]
    fn a_link_that_was_handed_over_proves_no_mailbox() {
        let facts = invited(founded("team"), 20, "member");
        let renew =
            Renew { organization: ORGANIZATION, by: by(OWNER), invitation: invitation(20), channel: Channel::Hand };
        let facts = after(renew.decide(&facts));
        let by_hand = |acceptor| Accept { link: link(20, 2), ..accept(20, acceptor) };
        assert_eq!(outcome(&by_hand(typed(20, "p20@example.org")), &facts), "sign-in-required");
        assert_eq!(outcome(&by_hand(signed_in(20)), &facts), "ok");
        let decided = after(by_hand(newcomer(20)).decide(&facts));
        assert_eq!(decided.user(user(20)).unwrap().emails[0].verified_at, None);
        // A62: whether the address has an account makes no difference to whoever was given the link.
        let holder = User { id: user(77), ..account_of(20, Some("old")).users.remove(0) };
        let known = Facts { users: vec![holder], ..facts.clone() };
        let decided = after(by_hand(newcomer(20)).decide(&known));
        assert_eq!(decided.user(user(20)).unwrap().emails[0].verified_at, None);
        assert_eq!(decided.user_at(&email("p20@example.org")).unwrap().id, user(77), "the address stays whose it was");
        assert_eq!(outcome(&accept(20, newcomer(20)), &facts), "link-superseded");
    }

    #[test]
    fn i3_a_spent_revoked_or_expired_link_says_so() {
        let facts = invited(founded("team"), 20, "member");
        let used = after(accept(20, newcomer(20)).decide(&facts));
        assert_eq!(outcome(&accept(20, signed_in(20)), &used), "invitation-accepted");
        let revoke = Revoke { organization: ORGANIZATION, by: by(OWNER), invitation: invitation(20) };
        assert_eq!(outcome(&accept(20, newcomer(20)), &after(revoke.decide(&facts))), "invitation-revoked");
        assert_eq!(outcome(&accept(21, newcomer(21)), &facts), "unknown-link");
    }

    #[test]
    fn s1_6_a_link_is_valid_for_seven_days() {
        let facts = invited(founded("team"), 20, "member");
        let last = NOW + Duration::days(7) - Duration::microseconds(1);
        assert_eq!(outcome(&accept(20, newcomer(20)), &at(facts.clone(), last)), "ok");
        assert_eq!(outcome(&accept(20, newcomer(20)), &at(facts, NOW + Duration::days(7))), "invitation-expired");
    }

    #[test]
    fn i9_the_inviter_is_asked_again() {
        let mut facts = invited(with(founded("team"), 2, "admin"), 20, "member");
        facts.invitations[0].invited_by = crate::invitation::Inviter::Member(member(2));
        assert_eq!(outcome(&accept(20, newcomer(20)), &facts), "ok");
        let demote = ChangeRole {
            organization: ORGANIZATION,
            by: by(OWNER),
            member: member(2),
            role: role("member"),
            expected: None,
        };
        assert_eq!(outcome(&accept(20, newcomer(20)), &after(demote.decide(&facts))), "inviter-may-no-longer-grant");
        let remove = Remove { organization: ORGANIZATION, by: by(OWNER), member: member(2), expected: None };
        assert_eq!(outcome(&accept(20, newcomer(20)), &after(remove.decide(&facts))), "inviter-may-no-longer-grant");
    }

    #[test]
    fn i4_one_membership_a_user() {
        let facts = invited(with(founded("team"), 20, "member"), 20, "member");
        assert_eq!(outcome(&accept(20, signed_in(20)), &facts), "already-member");
    }

    #[test]
    fn s2_4_accepting_leads_into_the_groups_and_sessions_that_are_left() {
        let mut facts = invited(sessioned(grouped(founded("learning_platform"), 1), 1, -1, 5), 20, "trainee");
        facts.invitations[0].groups = vec![group(1), group(9)];
        facts.invitations[0].sessions = vec![session(1), session(9)];
        let decision = accept(20, newcomer(20)).decide(&facts).unwrap();
        assert!(decision.after.is_in_group(group(1), member(20)));
        assert!(decision.after.is_enrolled_by_name(session(1), member(20)));
        assert_eq!((decision.after.group_members.len(), decision.after.enrolments.len()), (1, 1));
        assert_eq!(decision.messages.iter().map(|it| it.content.kind()).collect::<Vec<_>>(), ["enrolled"]);
        let over = accept(20, newcomer(20)).decide(&at(facts, NOW + Duration::days(5))).unwrap();
        assert!(over.after.enrolments.is_empty(), "the session is over by then");
    }

    #[test]
    fn seats_follow_the_policy() {
        let facts = limited(invited(founded("learning_platform"), 20, "trainee"), 1);
        assert_eq!(outcome(&accept(20, newcomer(20)), &facts), "seat-limit-reached");
        let facts = limited(invited(founded("account"), 20, "viewer"), 1);
        let decided = after(accept(20, newcomer(20)).decide(&facts));
        let seats = decided.head().unwrap().seats;
        assert_eq!((seats.assigned, seats.reserved), (2, 0), "a reservation converts without needing a free seat");
        let facts = invited(founded("group_subscription"), 20, "member");
        let facts = sold(facts, 1, 9);
        let decision = accept(20, signed_in(20)).decide(&facts).unwrap();
        assert!(decision.reply.awaits_seat && !decision.reply.member.seat);
        assert_eq!(decision.messages[0].to, Recipient::Administrators);
    }

    #[test]
    fn who_finds_no_seat_waits_where_the_policy_says_so() {
        let facts =
            limited(invited(invited(waiting(founded("learning_platform"), 3), 20, "trainee"), 21, "trainee"), 1);
        let wait = SetWhenFull { organization: ORGANIZATION, by: by(OWNER), when_full: WhenFull::Wait };
        let facts = after(wait.decide(&facts));
        let decision = accept(20, newcomer(20)).decide(&at(facts, NOW + Duration::hours(1))).unwrap();
        assert!(decision.reply.awaits_seat && !decision.reply.member.seat);
        let told: Vec<_> = decision.messages.iter().map(|it| it.content.kind()).collect();
        assert_eq!(told, ["seat_awaited"]);
        let facts = decision.after;
        assert_eq!(facts.head().unwrap().seats.waiting, 2);
        let grown = limited(facts.clone(), 3);
        let later = after(accept(21, newcomer(21)).decide(&at(grown, NOW + Duration::hours(2))));
        let seated = |number| later.member(member(number)).unwrap().seat;
        assert_eq!([seated(3), seated(20), seated(21)], [true, true, false], "nobody overtakes who waits");
        let leave = Leave { organization: ORGANIZATION, by: by(20) };
        let left = after(leave.decide(&later));
        assert!(left.member(member(21)).unwrap().seat, "the seat that comes free goes to the next at once");
        let remove = Remove { organization: ORGANIZATION, by: by(OWNER), member: member(3), expected: None };
        let gone = after(remove.decide(&limited(facts, 1)));
        assert_eq!(gone.head().unwrap().seats.waiting, 1, "whoever goes waits no more");
    }
}
