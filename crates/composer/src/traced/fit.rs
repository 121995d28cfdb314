//! Which of many do not fit together, found in few trials.

/// Puts as many items into something as fit.
pub(super) struct Fit<S, P> {
    /// What there is with those that fit so far.
    pub(super) whole: S,
    /// Those that do not fit, and why; nothing for those that were not come to.
    pub(super) left_out: Vec<(usize, Option<String>)>,
    /// Gives what there is with some more items, or why there cannot be.
    put: P,
    /// How often that may still be done.
    trials: usize,
}

impl<S, P: Fn(&S, &[usize]) -> Result<S, String>> Fit<S, P> {
    pub(super) fn new(whole: S, put: P, trials: usize) -> Self {
        Self {
            whole,
            left_out: Vec::new(),
            put,
            trials,
        }
    }

    /// Puts in what fits of these items, which do not fit all together for this reason. Each half is tried by itself: one
    /// that does not fit among many is found in some two trials for each time that they can be halved.
    pub(super) fn split(&mut self, items: &[usize], why: String) {
        match items {
            [] => {}
            [item] => self.left_out.push((*item, Some(why))),
            items => {
                let (these, those) = items.split_at(items.len() / 2);
                match self.try_all(these) {
                    // Then it is of those that it was true.
                    true => self.split(those, why),
                    false => drop(self.try_all(those)),
                }
            }
        }
    }

    /// Whether all of them fit; otherwise as many of them as do are put in.
    fn try_all(&mut self, items: &[usize]) -> bool {
        if self.trials == 0 {
            let untried = items.iter().map(|item| (*item, None));
            self.left_out.extend(untried);
            return false;
        }
        self.trials -= 1;
        match (self.put)(&self.whole, items) {
            Ok(whole) => {
                self.whole = whole;
                true
            }
            Err(why) => {
                self.split(items, why);
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// What is put in of 200, where `fits` says what may be together; with it how many were left out, how many of these
    /// untried, and how many trials there were.
    fn fitted(trials: usize, fits: impl Fn(&[usize]) -> bool) -> (Vec<usize>, usize, usize, usize) {
        let tried = Cell::new(0);
        let put = |whole: &Vec<usize>, items: &[usize]| {
            tried.set(tried.get() + 1);
            let all = [whole, items].concat();
            fits(&all).then_some(all).ok_or_else(|| "no".to_owned())
        };
        let mut fit = Fit::new(Vec::new(), put, trials);
        let items: Vec<_> = (0..200).collect();
        fit.split(&items, "no".to_owned());
        let untried = fit.left_out.iter().filter(|(_, why)| why.is_none());
        let counts = (fit.left_out.len(), untried.count());
        (fit.whole, counts.0, counts.1, tried.get())
    }

    #[test]
    fn one_is_found_in_few_trials() {
        for one in [0, 77, 199] {
            let (whole, left_out, untried, tried) = fitted(40, |items| !items.contains(&one));
            assert!(!whole.contains(&one) && whole.len() == 199, "{one}");
            assert_eq!((left_out, untried), (1, 0));
            assert!(tried <= 16, "{tried}");
        }
    }

    #[test]
    fn of_two_that_do_not_fit_together_the_later_is_left_out() {
        let together = |items: &[usize]| items.contains(&20) && items.contains(&150);
        let (whole, left_out, ..) = fitted(40, |items| !together(items));
        assert!(whole.contains(&20) && left_out == 1);
    }

    #[test]
    fn it_is_given_up_in_time_and_what_was_not_tried_is_left_out() {
        let (whole, left_out, untried, tried) = fitted(40, |items| items.is_empty());
        assert_eq!((whole.len(), left_out, tried), (0, 200, 40));
        assert!(untried > 0 && untried < 200);
    }
}
