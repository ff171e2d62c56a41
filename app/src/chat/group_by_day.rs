//! Groups the conversation list by day, as people count days where they are.
//!
//! Refuses clocks and time zones: the caller says which day a moment belongs to.

use contract::chat::ConversationSummary;
use contract::key;

/// Milliseconds in a day without a change of the clock.
const DAY_MS: i64 = 86_400_000;

/// A heading of the list and what stands below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DayGroup {
    /// The heading.
    pub label: &'static str,
    /// In the order they came.
    pub conversations: Vec<ConversationSummary>,
}

/// The rule used until the browser's own clock is known: days of UTC.
pub(crate) const fn utc_day(ms: i64) -> i64 {
    ms.div_euclid(DAY_MS)
}

/// Groups in the order Pinned, Today, Yesterday, Previous 7 days, Earlier; empty groups left out.
/// `today` is the number of the present day, `day_of` the number of a moment's day.
pub(crate) fn group_by_day(
    conversations: Vec<ConversationSummary>,
    today: i64,
    day_of: impl Fn(i64) -> i64,
) -> Vec<DayGroup> {
    let labels = [
        key!("Pinned"),
        key!("Today"),
        key!("Yesterday"),
        key!("Previous 7 days"),
        key!("Earlier"),
    ];
    let mut groups = labels.map(|label| DayGroup {
        label,
        conversations: Vec::new(),
    });
    for conversation in conversations {
        let age = today - day_of(conversation.updated_ms);
        let index = match age {
            _ if conversation.pinned => 0,
            ..=0 => 1,
            1 => 2,
            2..=7 => 3,
            _ => 4,
        };
        if let Some(group) = groups.get_mut(index) {
            group.conversations.push(conversation);
        }
    }
    groups
        .into_iter()
        .filter(|group| !group.conversations.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, group_by_day, utc_day};
    use contract::ConversationId;
    use contract::chat::ConversationSummary;
    use uuid::Uuid;

    fn conversation(number: u128, updated_ms: i64, pinned: bool) -> ConversationSummary {
        ConversationSummary {
            id: ConversationId::from_uuid(Uuid::from_u128(number)),
            title: number.to_string(),
            updated_ms,
            pinned,
        }
    }

    fn labels(list: Vec<ConversationSummary>, today: i64) -> Vec<(&'static str, Vec<String>)> {
        group_by_day(list, today, utc_day)
            .into_iter()
            .map(|group| {
                let titles = group.conversations.into_iter().map(|c| c.title).collect();
                (group.label, titles)
            })
            .collect()
    }

    #[test]
    fn every_age_has_its_heading_and_the_order_is_kept() {
        let now = 100 * DAY_MS + 5;
        let list = vec![
            conversation(1, now - 40 * DAY_MS, true),
            conversation(2, now, false),
            conversation(3, now - 5, false),
            conversation(4, now - 6, false),
            conversation(5, now - 2 * DAY_MS, false),
            conversation(6, now - 7 * DAY_MS, false),
            conversation(7, now - 8 * DAY_MS, false),
        ];
        assert_eq!(
            labels(list, utc_day(now)),
            [
                ("Pinned", vec!["1".to_owned()]),
                ("Today", vec!["2".to_owned(), "3".to_owned()]),
                ("Yesterday", vec!["4".to_owned()]),
                ("Previous 7 days", vec!["5".to_owned(), "6".to_owned()]),
                ("Earlier", vec!["7".to_owned()]),
            ]
        );
    }

    #[test]
    fn a_clock_ahead_of_ours_still_means_today() {
        assert_eq!(
            labels(vec![conversation(1, 9 * DAY_MS, false)], 8),
            [("Today", vec!["1".to_owned()])]
        );
    }

    #[test]
    fn days_before_1970_do_not_round_towards_zero() {
        assert_eq!(utc_day(-1), -1);
        assert_eq!(utc_day(0), 0);
    }
}
