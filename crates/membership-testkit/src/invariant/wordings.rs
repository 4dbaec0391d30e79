//! Promises about the texts of mails.

use membership_core::id::WordingId;
use membership_core::message::MessageScope;
use membership_core::wording::TemplateKind;
use time::OffsetDateTime;

use super::Violation;
use crate::memory::Dump;

const NAME: &str = "s0_8_every_text_in_use_says_what_it_must";

/// S0.8, I7: "The placeholder for the personal link must survive the edit." Whatever text a template, an invitation or a
/// waiting message names is kept, says what its id follows from, and has what its kind of mail must have.
///
/// # Errors
/// The first text that is gone, was changed, or lacks something.
pub fn s0_8_every_text_in_use_says_what_it_must(dump: &Dump, _: OffsetDateTime) -> Result<(), Violation> {
    for (id, rows) in &dump.organizations {
        let check = |wording: WordingId, kind: TemplateKind| {
            let broken = |what: String| Violation::new(NAME, id, what);
            let kept = rows.wordings.get(&wording).ok_or_else(|| broken(format!("the text {wording} is gone")))?;
            let same = membership_core::wording::Wording::of(kept.subject.clone(), kept.text.clone());
            if same.id != wording {
                return Err(broken(format!("the text {wording} was changed")));
            }
            kept.check(kind).map_err(|problem| broken(format!("the text {wording}, of {kind}: {problem}")))
        };
        let chosen = &rows.head.organization.branding.wordings.0;
        for (template, choice) in chosen {
            choice.wording.map_or(Ok(()), |wording| check(wording, template.kind))?;
        }
        for invitation in rows.invitations.values() {
            invitation.wording.map_or(Ok(()), |wording| check(wording, TemplateKind::Invitation))?;
        }
        for queued in dump.outbox.values().filter(|it| it.message.scope == MessageScope::Organization(*id)) {
            let kind = queued.message.content.kind().parse();
            if let (Some(wording), Ok(kind)) = (queued.message.wording(), kind) {
                check(wording, kind)?;
            }
        }
    }
    Ok(())
}
