//! Who gets the seats that are free, who is told, and what helps when none is.

use crate::authority::seat_is_free;
use crate::draft::{Draft, Mail, derived_id};
use crate::event::Event;
use crate::facts::Facts;
use crate::id::MemberId;
use crate::member::{Member, MemberStatus};
use crate::message::{Content, MessageScope, Recipient};
use crate::organization::{Head, Seats};
use crate::policy::SeatPolicy;

/// What frees a seat (S3.5). Which ways there are depends on when members take one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WayOut {
    /// Ask the operator for more seats.
    Upgrade,
    /// Remove a member.
    RemoveMember,
    /// Revoke an invitation that reserves a seat.
    RevokeInvitation,
    /// Take a seat back by hand.
    ReleaseSeat,
}

impl WayOut {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Upgrade, Self::RemoveMember, Self::RevokeInvitation, Self::ReleaseSeat];

    /// The ways there are under a policy.
    pub fn under(policy: SeatPolicy) -> &'static [Self] {
        match policy {
            SeatPolicy::Unlimited => &[],
            SeatPolicy::OnJoining => &[Self::Upgrade, Self::RemoveMember],
            SeatPolicy::OnInviting => &[Self::Upgrade, Self::RemoveMember, Self::RevokeInvitation],
            SeatPolicy::ByHand => &[Self::Upgrade, Self::ReleaseSeat, Self::RemoveMember],
        }
    }

    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upgrade => "upgrade",
            Self::RemoveMember => "remove_member",
            Self::RevokeInvitation => "revoke_invitation",
            Self::ReleaseSeat => "release_seat",
        }
    }

    /// The ways in words, to follow "to go on".
    pub fn worded(ways: &[Self]) -> String {
        let words: Vec<_> = ways
            .iter()
            .map(|way| match way {
                Self::Upgrade => "ask for more seats",
                Self::RemoveMember => "remove a member",
                Self::RevokeInvitation => "revoke an invitation",
                Self::ReleaseSeat => "release a seat",
            })
            .collect();
        words.join(" or ")
    }
}

impl Facts {
    /// Who waits for a seat and can be given one, the longest first. Suspended members keep their place and are passed
    /// over as long as they are suspended.
    pub fn line(&self) -> Vec<&Member> {
        let can_be_served = |it: &&Member| it.waits_since.is_some() && it.status_at(self.now) == MemberStatus::Active;
        let mut line: Vec<_> = self.members.iter().filter(can_be_served).collect();
        line.sort_by_key(|it| (it.waits_since, it.id));
        line
    }

    /// Which place somebody has in that line, 1 for whoever is next.
    pub fn place_in_line(&self, is_it: impl Fn(&Member) -> bool) -> Option<usize> {
        self.line().into_iter().position(is_it).map(|before| before.saturating_add(1))
    }
}

/// Whose turn it is: as many of those who wait as there are free seats.
pub(crate) fn served(facts: &Facts) -> Vec<MemberId> {
    let Ok(head) = facts.head() else { return Vec::new() };
    if !head.seats_on_joining() || head.seats.waiting == 0 || seat_is_free(head, facts.now).is_err() {
        return Vec::new();
    }
    let free = head.seats.free().map_or(usize::MAX, |free| usize::try_from(free).unwrap_or(usize::MAX));
    facts.line().into_iter().take(free).map(|it| it.id).collect()
}

impl Draft {
    /// Gives a member a seat and tells them that access is open (S0.12).
    pub(crate) fn allocate(&mut self, id: MemberId) {
        let member = self.facts().member(id).cloned();
        self.record(Event::SeatAllocated { member: id });
        if let Ok(member) = member {
            self.tell_of_seat(&member, true);
        }
    }

    /// Tells a member that access is open, or that it waits for a seat.
    pub(crate) fn tell_of_seat(&mut self, member: &Member, allocated: bool) {
        let (Ok(head), Some(email)) = (self.facts().head(), &member.email) else { return };
        let (organization, person) = (head.organization.name.to_string(), member.name.to_string());
        let mail = Mail {
            scope: MessageScope::Organization(head.organization.id),
            cause: (member.id.0, member.version),
            to: Recipient::Address(email.clone()),
            language: member.language_in(&head.organization),
            content: if allocated {
                Content::SeatAllocated { organization, member: person }
            } else {
                Content::SeatAwaited { organization, member: person }
            },
            due_at: None,
        };
        self.mail(mail);
    }

    /// Tells the administrators when three quarters, or all, of the seats have come to be taken by this decision: once
    /// for each time that line is crossed upwards, as the counters are written.
    pub(crate) fn tell_of_filling(&mut self, before: Option<Seats>) {
        let (Some(before), Ok(head)) = (before, self.facts().head()) else { return };
        let (Some(limit), Some(_)) = (head.seats.limit, head.organization.owner) else { return };
        let line = filled(&head.seats);
        if line <= filled(&before) {
            return;
        }
        // Several decisions that are committed together may cross one line each.
        let cause = derived_id(&[head.organization.id.0.as_bytes(), &[line]]);
        let mail = Mail {
            scope: MessageScope::Organization(head.organization.id),
            cause: (cause, head.revision),
            to: Recipient::Administrators,
            language: head.organization.language,
            content: Content::SeatsFilling {
                organization: head.organization.name.to_string(),
                taken: head.seats.taken(),
                limit,
            },
            due_at: None,
        };
        self.mail(mail);
    }

    /// Tells the administrators that the subscription ends, or has ended, if it is time.
    pub(crate) fn announce_end(&mut self) {
        let now = self.facts().now;
        let Ok(Head { organization, subscription, .. }) = self.facts().head() else { return };
        let (true, Some(expires_at)) = (subscription.announcement_is_due(now), subscription.expires_at) else { return };
        let mail = Mail {
            scope: MessageScope::Organization(organization.id),
            cause: (organization.id.0, subscription.announces_at.map_or(0, seconds)),
            to: Recipient::Administrators,
            language: organization.language,
            content: Content::SubscriptionEnding {
                organization: organization.name.to_string(),
                plan: subscription.plan.as_ref().map(ToString::to_string),
                state: subscription.state_at(now),
                expires_at,
                grace_ends_at: subscription.grace_ends_at().unwrap_or(expires_at),
            },
            due_at: None,
        };
        let event = Event::SubscriptionEndAnnounced { organization: organization.id };
        self.record(event);
        self.mail(mail);
    }
}

fn seconds(at: time::OffsetDateTime) -> u64 {
    u64::try_from(at.unix_timestamp()).unwrap_or(0)
}

/// Which of the two lines the taken seats have reached: 0, 75 or 100 in a hundred.
fn filled(seats: &Seats) -> u8 {
    let taken = u64::from(seats.taken());
    match seats.limit.map(u64::from) {
        None | Some(0) => 0,
        Some(limit) if limit <= taken => 100,
        Some(limit) if limit.saturating_mul(3) <= taken.saturating_mul(4) => 75,
        Some(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{ChangeMembers, Command, MemberDeed};
    use crate::fixture::{ORGANIZATION, OWNER, by, founded, french, limited, member, with};
    use crate::language::Language;

    #[test]
    fn each_line_that_is_crossed_and_each_member_has_a_mail() {
        let group = [2, 3, 4, 5].into_iter().fold(founded("group_subscription"), |facts, it| with(facts, it, "member"));
        let deed = MemberDeed::AllocateSeat;
        let members = vec![member(2), member(3), member(4), member(5)];
        let several = ChangeMembers { organization: ORGANIZATION, by: by(OWNER), members, deed };
        let told = several.decide(&french(limited(group, 4), 5)).unwrap().messages;
        let filling: Vec<_> = told.iter().filter(|it| it.content.kind() == "seats_filling").map(|it| it.id).collect();
        assert_eq!(filling.len(), 2);
        assert_ne!(filling[0], filling[1]);
        let to_members = told.iter().filter(|it| it.content.kind() == "seat_allocated").map(|it| it.language);
        let [english, french] = [Language::English, Language::French];
        assert_eq!(to_members.collect::<Vec<_>>(), [english, english, english, french]);
    }

    #[test]
    fn the_lines_are_at_three_quarters_and_at_all() {
        let at = |assigned, limit| filled(&Seats { limit, assigned, ..Seats::default() });
        assert_eq!([at(2, Some(4)), at(3, Some(4)), at(4, Some(4)), at(5, Some(4))], [0, 75, 100, 100]);
        assert_eq!([at(5, Some(7)), at(6, Some(7))], [0, 75], "5 of 7 are less than three quarters");
        assert_eq!([at(0, Some(0)), at(9, None)], [0, 0]);
    }
}
