//! Comparing what two questions say.

use crate::semantic::guard::facts::{Facts, Role, Thing};
use std::collections::{BTreeMap, BTreeSet};

/// Why an answer to one question must not stand for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Difference {
    /// Different languages.
    Language,
    /// Different numbers.
    Numbers,
    /// Different units, currencies, times or quantities.
    Values,
    /// Different identifiers, paths, ids or versions.
    Code,
    /// Somebody or something else is named.
    Names,
    /// One says no where the other does not.
    Negation,
    /// One says the opposite of the other.
    Opposites,
    /// Another kind of answer is asked for: when, where, who; may, must; mine, yours.
    Kind,
    /// The same things in other parts: from and to, who and whom.
    Roles,
    /// A word has another in its place, or none.
    Wording,
}

/// Whether `asked` asks the same as `cached`, as far as words tell.
pub fn agree(cached: &Facts, asked: &Facts) -> Result<(), Difference> {
    let check = |holds: bool, difference| if holds { Ok(()) } else { Err(difference) };
    check(same_language(cached, asked), Difference::Language)?;
    check(cached.numbers == asked.numbers, Difference::Numbers)?;
    check(cached.exact == asked.exact, Difference::Values)?;
    check(cached.code == asked.code, Difference::Code)?;
    check(names_agree(cached, asked), Difference::Names)?;
    check(cached.negations == asked.negations, Difference::Negation)?;
    check(!opposed(cached, asked), Difference::Opposites)?;
    check(!other_kind(cached, asked), Difference::Kind)?;
    check(roles_agree(cached, asked), Difference::Roles)?;
    check(wording_agrees(cached, asked), Difference::Wording)
}

fn same_language(one: &Facts, other: &Facts) -> bool {
    match (one.language, other.language) {
        (Some(one), Some(other)) => one == other,
        // No small word tells: then the words themselves have to be shared.
        _ => one.words.intersection(&other.words).next().is_some(),
    }
}

/// Every name of one question is a word of the other.
fn names_agree(one: &Facts, other: &Facts) -> bool {
    let within = |names: &BTreeSet<String>, words: &BTreeSet<String>| {
        names.iter().all(|name| words.contains(name))
    };
    within(&one.names, &other.words) && within(&other.names, &one.words)
}

/// One names only the one pole of a pair, the other only the other.
fn opposed(one: &Facts, other: &Facts) -> bool {
    one.poles.iter().any(|(group, mine)| {
        let theirs = other.poles.get(group).copied().unwrap_or_default();
        matches!(
            (*mine, theirs),
            ((true, false), (false, true)) | ((false, true), (true, false))
        )
    }) || prefixed(&one.words, &other.words)
        || prefixed(&other.words, &one.words)
}

/// `safe` and `unsafe`, `zulässig` and `unzulässig`: a word of one question, with a prefix that denies it in the other.
fn prefixed(plain: &BTreeSet<String>, denied: &BTreeSet<String>) -> bool {
    const DENY: [&str; 12] = [
        "un", "in", "im", "il", "ir", "dis", "non", "de", "mis", "dé", "des", "ent",
    ];
    let only_denied = denied.difference(plain);
    only_denied.into_iter().any(|word| {
        DENY.iter().any(|prefix| {
            word.strip_prefix(prefix)
                .map(|rest| rest.trim_start_matches('-'))
                .is_some_and(|rest| {
                    rest.len() > 3 && plain.contains(rest) && !denied.contains(rest)
                })
        })
    })
}

/// A class that both name values of, none of them in common.
fn other_kind(one: &Facts, other: &Facts) -> bool {
    one.classes.iter().any(|(class, mine)| {
        other
            .classes
            .get(class)
            .is_some_and(|theirs| mine.is_disjoint(theirs))
    })
}

fn roles_agree(one: &Facts, other: &Facts) -> bool {
    let (mine, theirs) = (roles(one), roles(other));
    let turned = mine.iter().any(|(concept, role)| {
        theirs
            .get(concept)
            .is_some_and(|their| their.is_some() && role.is_some() && their != role)
    });
    !turned && !goals_exchanged(&mine, &theirs) && order_agrees(one, other)
}

fn roles(facts: &Facts) -> BTreeMap<&str, Option<Role>> {
    let things = facts.things.iter();
    things
        .map(|thing| (thing.concept.as_str(), thing.role))
        .collect()
}

/// Each names a goal that the other knows, but as something else.
fn goals_exchanged(
    mine: &BTreeMap<&str, Option<Role>>,
    theirs: &BTreeMap<&str, Option<Role>>,
) -> bool {
    let goal_of_one_only = |one: &BTreeMap<&str, Option<Role>>,
                            other: &BTreeMap<&str, Option<Role>>| {
        one.iter().any(|(concept, role)| {
            *role == Some(Role::Goal)
                && other
                    .get(concept)
                    .is_some_and(|role| *role != Some(Role::Goal))
        })
    };
    goal_of_one_only(mine, theirs) && goal_of_one_only(theirs, mine)
}

/// Names, units and code keep their order, and so do two opposites, unless both questions join them by
/// "and" or "or"; and no two other things have changed places.
fn order_agrees(one: &Facts, other: &Facts) -> bool {
    let place = |concept: &str| {
        let mut theirs = other.things.iter();
        theirs.position(|thing| thing.concept == concept)
    };
    for (index, first) in one.things.iter().enumerate() {
        for second in &one.things[index + 1..] {
            if first.concept == second.concept || !keep_order(first, second) {
                continue;
            }
            let (Some(at), Some(then)) = (place(&first.concept), place(&second.concept)) else {
                continue;
            };
            let joined = second.joined && other.things[at].joined;
            if at > then && !joined {
                return false;
            }
        }
    }
    !changed_places(&one.wording(), &other.wording())
}

fn keep_order(first: &Thing, second: &Thing) -> bool {
    let opposites = first.opposite.is_some() && first.opposite == second.opposite;
    opposites || (first.salient && second.salient)
}

/// The same words, two of them exchanged that do not stand side by side and are not joined by "and".
fn changed_places(one: &[&Thing], other: &[&Thing]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let same = |mine: &Thing, theirs: &Thing| mine.concept == theirs.concept;
    let moved: Vec<usize> = (0..one.len())
        .filter(|&at| !same(one[at], other[at]))
        .collect();
    match moved[..] {
        [first, second] => {
            let exchanged = same(one[first], other[second]) && same(one[second], other[first]);
            let joined = [one[first], one[second], other[first], other[second]]
                .iter()
                .any(|thing| thing.joined);
            second > first + 1 && exchanged && !joined
        }
        _ => false,
    }
}

/// What is left of both questions when shared words are taken away.
fn wording_agrees(one: &Facts, other: &Facts) -> bool {
    let words = |facts: &Facts| -> BTreeSet<String> {
        let wording = facts.wording().into_iter();
        wording.map(|thing| thing.concept.clone()).collect()
    };
    let (mine, theirs) = (words(one), words(other));
    let only = |here: &BTreeSet<String>, there: &BTreeSet<String>| here.difference(there).count();
    let (left, right) = (only(&mine, &theirs), only(&theirs, &mine));
    match (left, right) {
        (0, 0) => true,
        (0 | 1, _) | (_, 0 | 1) => false,
        _ => mine.intersection(&theirs).next().is_some(),
    }
}
