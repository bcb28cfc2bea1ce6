// Logistic regression with a penalty and bounded weights, on bags of instants.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <span>
#include <vector>

namespace liuhen::score {

/// One journey: the features at some of its instants, of which the one that weighs most counts, as
/// a sequential test goes by its greatest sum. `dumping`: something was unloaded in it.
struct Bag {
    std::vector<std::vector<float>> instants;  ///< never empty; each of the same length
    bool dumping = false;
};

struct Logistic {
    double intercept{};
    std::vector<double> weights;

    [[nodiscard]] double sum(std::span<const float> features) const {
        double sum = intercept;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            sum += weights[i] * static_cast<double>(features[i]);
        }
        return sum;
    }
    /// The instant that weighs most.
    [[nodiscard]] const std::vector<float>& heaviest(const Bag& bag) const {
        return *std::ranges::max_element(
            bag.instants, {}, [this](const std::vector<float>& one) { return sum(one); });
    }
};

struct FitSettings {
    double penalty = 2;        ///< of the squared distance of a weight from where it began
    double most_weight = 100;  ///< weights stay in [0, most_weight]
    double most_alone = 100;   ///< a weight and the intercept together stay below it
    std::size_t alone = 0;     ///< the first so many weights are held to `most_alone`
    int rounds = 12;           ///< choices of the heaviest instants
    int sweeps = 40;           ///< Newton steps over all coordinates for each choice
};

namespace detail {

/// First and second derivative of the loss by one coordinate (`none`: the intercept).
struct Slope {
    double first{}, second{};
};

class Fitting {
public:
    Fitting(const std::vector<Bag>& bags, Logistic from, const FitSettings& settings)
        : bags_(bags), model_(std::move(from)), began_(model_), settings_(settings) {
        std::size_t dumping = 0;
        for (const Bag& bag : bags) dumping += bag.dumping ? 1 : 0;
        const std::size_t honest = bags.size() - dumping;
        // Both classes weigh the same: the log odds are then a log-likelihood ratio.
        const auto half = static_cast<double>(bags.size()) / 2;
        dumping_weight_ = dumping == 0 ? 0 : half / static_cast<double>(dumping);
        honest_weight_ = honest == 0 ? 0 : half / static_cast<double>(honest);
    }
    Logistic fit() {
        for (int round = 0; round < settings_.rounds; ++round) {
            choose();
            for (int sweep = 0; sweep < settings_.sweeps; ++sweep) {
                step_intercept();
                for (std::size_t i = 0; i < model_.weights.size(); ++i) step_weight(i);
            }
        }
        return model_;
    }

private:
    /// A row of the regression: one instant of a journey.
    struct Row {
        const std::vector<float>* features{};
        std::size_t bag{};
        double weight{};
        double sum{};
    };
    /// Where something was done one instant is enough; an honest journey has to be below the bound
    /// at every instant, so those that were ever the heaviest stay in the regression.
    void choose() {
        std::erase_if(rows_, [this](const Row& row) { return bags_[row.bag].dumping; });
        std::vector<std::size_t> rows_of(bags_.size());
        std::set<const std::vector<float>*> known;
        for (const Row& row : rows_) {
            ++rows_of[row.bag];
            known.insert(row.features);
        }
        for (std::size_t b = 0; b < bags_.size(); ++b) {
            const auto* chosen = &model_.heaviest(bags_[b]);
            if (!known.insert(chosen).second) continue;
            rows_.push_back({.features = chosen, .bag = b});
            ++rows_of[b];
        }
        for (Row& row : rows_) {
            const bool dumping = bags_[row.bag].dumping;
            row.weight = (dumping ? dumping_weight_ : honest_weight_) /
                         static_cast<double>(rows_of[row.bag]);
            row.sum = model_.sum(*row.features);
        }
    }
    template <class Feature>
    [[nodiscard]] Slope slope(const Feature& feature) const {
        Slope slope;
        for (const Row& row : rows_) {
            const double x = feature(row);
            if (x == 0) continue;
            const double p = 1 / (1 + std::exp(-row.sum));
            slope.first += row.weight * (p - (bags_[row.bag].dumping ? 1 : 0)) * x;
            slope.second += row.weight * p * (1 - p) * x * x;
        }
        return slope;
    }
    void step_intercept() {
        const Slope by = slope([](const Row&) { return 1.0; });
        if (by.second <= 0) return;
        const double step = std::clamp(-by.first / (by.second + 1e-6), -1.0, 1.0);
        model_.intercept = std::min(model_.intercept + step, settings_.most_alone);
        for (Row& row : rows_) row.sum = model_.sum(*row.features);
    }
    void step_weight(std::size_t i) {
        const auto feature = [i](const Row& row) {
            return static_cast<double>((*row.features)[i]);
        };
        Slope by = slope(feature);
        by.first += settings_.penalty * (model_.weights[i] - began_.weights[i]);
        by.second += settings_.penalty;
        const double step = std::clamp(-by.first / by.second, -1.0, 1.0);
        double most = settings_.most_weight;
        if (i < settings_.alone) most = std::min(most, settings_.most_alone - model_.intercept);
        const double next = std::clamp(model_.weights[i] + step, 0.0, most);
        const double moved = next - model_.weights[i];
        model_.weights[i] = next;
        for (Row& row : rows_) row.sum += moved * feature(row);
    }

    const std::vector<Bag>& bags_;
    Logistic model_, began_;
    const FitSettings& settings_;
    double dumping_weight_{}, honest_weight_{};
    std::vector<Row> rows_;
};

}  // namespace detail

/// Weights that tell dumping from honest bags, from `from` on, by turns choosing the heaviest
/// instant of each bag and taking Newton steps coordinate by coordinate.
inline Logistic fitted(const std::vector<Bag>& bags, Logistic from, const FitSettings& settings) {
    return detail::Fitting(bags, std::move(from), settings).fit();
}

}  // namespace liuhen::score
