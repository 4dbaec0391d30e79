//! What errands become when they are due: the mails that are right by then, decided on the facts of that moment.

use time::OffsetDateTime;

use crate::draft::derived_id;
use crate::email::EmailAddress;
use crate::facts::Facts;
use crate::id::{InvitationId, MemberId, MessageId};
use crate::invitation::{Inviter, reminder_dates};
use crate::language::Language;
use crate::member::{Member, MemberStatus};
use crate::message::{Content, Errand, Message, Recipient};
use crate::organization::Organization;
use crate::program::{Phase, Program, Session};

/// The mail that reminds of an invitation's present link, and the errand for the next reminder; nothing if the
/// invitation is answered, has a newer link or reminders are switched off.
pub fn remind(
    errand: &Message,
    facts: &Facts,
    (invitation, generation, since): (InvitationId, u32, OffsetDateTime),
) -> Vec<Message> {
    let (Ok(head), Ok(it)) = (facts.head(), facts.invitation(invitation)) else { return Vec::new() };
    let reminds = head.organization.policy.invitation_policy.reminders;
    if !reminds || it.generation != generation || !it.is_outstanding(facts.now) {
        return Vec::new();
    }
    let inviter = match it.invited_by {
        Inviter::Member(member) => facts.member(member).ok().map(|member| member.name.to_string()),
        Inviter::Operator => None,
    };
    let content = Content::Reminder {
        invitation,
        generation,
        organization: head.organization.name.to_string(),
        inviter,
        role: if it.for_owner { "owner".to_owned() } else { it.role.to_string() },
        expires_at: it.expires_at,
    };
    let to = (it.email.clone(), it.language);
    let mut messages = vec![mail(errand, &head.organization, to, content, facts.now)];
    let dates = reminder_dates(since, it.expires_at);
    if let Some(next) = dates.into_iter().find(|at| facts.now < *at) {
        messages.push(later(errand, next, facts.now));
    }
    messages
}

/// Ahead of a deactivation date, the mails to the person and to the administrators that say so, and the errand for the
/// date; on the date, the mails to both. Nothing if the date is another by now.
pub fn tell_of_deactivation(errand: &Message, facts: &Facts, (member, at): (MemberId, OffsetDateTime)) -> Vec<Message> {
    let (Ok(head), Ok(it)) = (facts.head(), facts.member(member)) else { return Vec::new() };
    if it.deactivates_at != Some(at) {
        return Vec::new();
    }
    let (organization, name) = (head.organization.name.to_string(), it.name.to_string());
    let language = it.language_in(&head.organization);
    let to_person = |content| {
        let address = it.email.clone()?;
        Some(mail(errand, &head.organization, (address, language), content, facts.now))
    };
    let to_administrators = |content| to_administrators(errand, &head.organization, content, facts.now);
    if facts.now < at {
        let ending = Content::AccessEnding { member, organization: organization.clone(), name: name.clone(), at };
        let told = to_administrators(Content::MemberDeactivating { member, organization, name, at });
        return to_person(ending).into_iter().chain([told, later(errand, at, facts.now)]).collect();
    }
    let ended = Content::AccessEnded { member, organization: organization.clone(), name: name.clone(), at };
    let told = to_administrators(Content::MemberDeactivated { member, organization, name, at });
    to_person(ended).into_iter().chain([told]).collect()
}

/// Whether the mails of a session may go out: it has begun at that time, and is not over.
pub fn is_running(session: &Session, starts_at: OffsetDateTime, now: OffsetDateTime) -> bool {
    session.starts_at == starts_at && session.phase_at(now) == Phase::Running
}

/// The mail to a member who is enrolled in a session that has begun; `None` for who has no address or no access. Its id
/// follows from session, start and member: whatever leads to it, it is one mail.
pub fn program_invitation(
    errand: &Message,
    organization: &Organization,
    (program, session): (&Program, &Session),
    member: &Member,
    now: OffsetDateTime,
) -> Option<Message> {
    let address = member.email.clone().filter(|_| member.status_at(now) == MemberStatus::Active)?;
    let content = Content::ProgramInvitation {
        session: session.id,
        member: member.id,
        organization: organization.name.to_string(),
        name: member.name.to_string(),
        program: program.name.to_string(),
        title: session.title.to_string(),
        message: program.message.clone(),
        starts_at: session.starts_at,
        ends_at: session.ends_at,
    };
    let language = program.language.unwrap_or_else(|| member.language_in(organization));
    let starts_at = session.starts_at.unix_timestamp_nanos().to_be_bytes();
    let id = [
        organization.id.0.as_bytes().as_slice(),
        content.kind().as_bytes(),
        session.id.0.as_bytes(),
        &starts_at,
        member.id.0.as_bytes(),
    ];
    let id = MessageId(derived_id(&id));
    Some(Message { id, ..mail(errand, organization, (address, language), content, now) })
}

/// The errand that goes on where this one ends.
pub fn next(errand: &Message, next: Errand, now: OffsetDateTime) -> Message {
    let part = serde_json::to_vec(&next).unwrap_or_default();
    let id = MessageId(derived_id(&[errand.id.0.as_bytes(), next.name().as_bytes(), &part]));
    Message { id, content: Content::Errand { errand: next }, created_at: now, due_at: now, ..errand.clone() }
}

/// A mail that looks, signs and is worded as the organization does now, not when the errand began to wait.
fn mail(
    errand: &Message,
    organization: &Organization,
    (address, language): (EmailAddress, Language),
    content: Content,
    now: OffsetDateTime,
) -> Message {
    let id = MessageId(derived_id(&[errand.id.0.as_bytes(), content.kind().as_bytes(), address.as_str().as_bytes()]));
    let (to, branding) = (Recipient::Address(address), organization.branding.of_mail(content.kind(), language));
    Message { id, to, language, content, branding, created_at: now, due_at: now, ..errand.clone() }
}

/// A mail to the administrators, in the language that the errand was written in.
fn to_administrators(errand: &Message, organization: &Organization, content: Content, now: OffsetDateTime) -> Message {
    let id = MessageId(derived_id(&[errand.id.0.as_bytes(), content.kind().as_bytes()]));
    let (to, branding) = (Recipient::Administrators, organization.branding.of_mail(content.kind(), errand.language));
    Message { id, to, content, branding, created_at: now, due_at: now, ..errand.clone() }
}

/// The same errand at another time.
fn later(errand: &Message, due_at: OffsetDateTime, now: OffsetDateTime) -> Message {
    let at = due_at.unix_timestamp_nanos().to_be_bytes();
    let id = MessageId(derived_id(&[errand.id.0.as_bytes(), &at]));
    Message { id, created_at: now, due_at, ..errand.clone() }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::command::{Command, Invite, Revoke, SetDeactivationDate};
    use crate::fixture::{
        NOW, ORGANIZATION, OWNER, after, at, by, founded, french, invitation, member, offer, session, sessioned, with,
    };

    fn kinds(messages: &[Message]) -> Vec<&'static str> {
        messages.iter().map(|it| it.content.kind()).collect()
    }

    /// An outstanding invitation with the first errand of its reminders.
    fn invited() -> (Facts, Message) {
        let offers = vec![offer(20, None)];
        let invite = Invite { organization: ORGANIZATION, by: by(OWNER), offers, all_or_none: true };
        let decision = invite.decide(&founded("team")).unwrap();
        (decision.after, decision.messages[1].clone())
    }

    #[test]
    fn whoever_does_not_answer_is_reminded_on_its_dates() {
        let (facts, first) = invited();
        let what = (invitation(20), 1, NOW);
        let on = |day| at(facts.clone(), NOW + Duration::days(day));
        let second = remind(&first, &on(2), what);
        assert_eq!(kinds(&second), ["reminder", "remind"]);
        assert_eq!(second[1].due_at, NOW + Duration::days(5));
        assert_eq!(kinds(&remind(&second[1], &on(5), what)), ["reminder"], "it is two days before the end, too");
        assert_ne!(remind(&second[1], &on(5), what)[0].id, second[0].id);
        assert_eq!(remind(&first, &on(2), what), second, "a repeat makes no others");
        assert!(remind(&first, &on(7), what).is_empty(), "it has expired");
        assert!(remind(&first, &on(2), (invitation(20), 2, NOW)).is_empty(), "it has another link");
        let revoke = Revoke { organization: ORGANIZATION, by: by(OWNER), invitation: invitation(20) };
        assert!(remind(&first, &after(revoke.decide(&on(2))), what).is_empty());
    }

    #[test]
    fn s2_14_a_deactivation_is_told_ahead_and_on_the_date() {
        let end = NOW + Duration::days(30);
        let dated = SetDeactivationDate {
            organization: ORGANIZATION,
            by: by(OWNER),
            member: member(3),
            at: Some(end),
            expected: None,
        };
        let decision = dated.decide(&with(founded("learning_platform"), 3, "trainee")).unwrap();
        let (facts, errand) = (decision.after, decision.messages[0].clone());
        let ahead = tell_of_deactivation(&errand, &at(facts.clone(), errand.due_at), (member(3), end));
        assert_eq!(kinds(&ahead), ["access_ending", "member_deactivating", "tell_of_deactivation"]);
        assert_eq!((&ahead[1].to, ahead[2].due_at), (&Recipient::Administrators, end));
        let told = tell_of_deactivation(&ahead[2], &at(facts.clone(), end).settled(), (member(3), end));
        assert_eq!(kinds(&told), ["access_ended", "member_deactivated"]);
        assert_eq!(told[1].to, Recipient::Administrators);
        let moved = SetDeactivationDate { at: None, ..dated }.decide(&facts);
        assert!(tell_of_deactivation(&errand, &after(moved), (member(3), end)).is_empty());
    }

    #[test]
    fn a_member_is_written_to_in_their_own_language() {
        let mut facts = french(sessioned(with(founded("learning_platform"), 3, "trainee"), 1, 0, 5), 3);
        facts.members.last_mut().unwrap().deactivates_at = Some(NOW);
        let (_, errand) = invited();
        let told = tell_of_deactivation(&errand, &facts, (member(3), NOW));
        let languages: Vec<_> = told.iter().map(|it| it.language).collect();
        assert_eq!(languages, [Language::French, Language::English], "administrators have the organization's");
        let (session, organization) = (facts.session(session(1)).unwrap(), &facts.head().unwrap().organization);
        let it = Member { deactivates_at: None, ..facts.member(member(3)).unwrap().clone() };
        for (of_program, expected) in [(None, Language::French), (Some(Language::English), Language::English)] {
            let program = Program { language: of_program, ..facts.programs[0].clone() };
            let mail = program_invitation(&errand, organization, (&program, session), &it, NOW).unwrap();
            assert_eq!(mail.language, expected, "{of_program:?}");
        }
    }

    #[test]
    fn i7_a_session_writes_to_a_member_once() {
        let facts = sessioned(with(founded("learning_platform"), 3, "trainee"), 1, 0, 5);
        let (_, errand) = invited();
        let (program, session) = (facts.programs[0].clone(), facts.session(session(1)).unwrap().clone());
        let organization = &facts.head().unwrap().organization;
        let write = |errand: &Message, session: &Session, member: &Member| {
            program_invitation(errand, organization, (&program, session), member, NOW)
        };
        let it = facts.member(member(3)).unwrap();
        let one = write(&errand, &session, it).unwrap();
        let other = write(&next(&errand, Errand::Enrolled { member: it.id }, NOW), &session, it).unwrap();
        assert_eq!(one.id, other.id, "whatever leads to it");
        let moved = Session { starts_at: NOW - Duration::hours(1), ..session.clone() };
        assert_ne!(write(&errand, &moved, it).unwrap().id, one.id);
        assert!(is_running(&session, NOW, NOW) && !is_running(&moved, NOW, NOW));
        let suspended = Member { status: MemberStatus::Suspended, ..it.clone() };
        assert_eq!(write(&errand, &session, &suspended), None);
    }
}
