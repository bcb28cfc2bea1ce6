#include "tests/score/report.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace liuhen::score {
namespace {

std::string fixed(double value, int digits) {
    if (std::isnan(value)) return "-";
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}
/// "0.93 (0.88-0.96)"
std::string share_text(int hits, int of) {
    if (of == 0) return "-";
    const Bounds bounds = share_bounds(hits, of);
    return fixed(share(hits, of), 3) + " (" + fixed(bounds.low, 2) + "-" + fixed(bounds.high, 2) +
           ")";
}
/// "6.2 (4.0-8.6)" per 1,000 vehicle-days
std::string rate_text(int count, double vehicle_days) {
    if (vehicle_days <= 0) return "-";
    const Bounds bounds = poisson_bounds(count);
    const double by = 1'000 / vehicle_days;
    return fixed(count * by, 1) + " (" + fixed(bounds.low * by, 1) + "-" +
           fixed(bounds.high * by, 1) + ")";
}
std::string delay_text(const std::vector<double>& delays) {
    if (delays.empty()) return "-";
    return fixed(quantile(delays, 0.5), 0) + " / " + fixed(quantile(delays, 0.95), 0);
}
std::string kinds_text(const std::map<std::string, int>& kinds) {
    std::vector<std::pair<int, std::string>> by_count;
    for (const auto& [kind, count] : kinds) by_count.emplace_back(-count, kind);
    std::ranges::sort(by_count);
    std::string text;
    for (const auto& [count, kind] : by_count) {
        if (!text.empty()) text += ", ";
        text += kind + " " + std::to_string(-count);
    }
    return text.empty() ? "-" : text;
}

void print_positives(std::ostream& out, const Result& result) {
    out << "\n| family | journeys | undecidable | recall A | recall A+B | recall A+B+C | false A, "
           "B,"
           " C | delay A, s | delay any, s | first told by | false |\n"
        << "|---|---|---|---|---|---|---|---|---|---|---|\n";
    for (std::size_t i = 0; i < positive_families; ++i) {
        const auto family = static_cast<Family>(i);
        const Tally& t = result.watch[i];
        if (t.journeys == 0) continue;
        out << "| " << id_of(family) << ' ' << title_of(family) << " | " << t.journeys << " | "
            << t.undecidable << " | " << share_text(t.a.hits, t.a.labels) << " | "
            << share_text(t.b.hits, t.b.labels) << " | " << share_text(t.c.hits, t.c.labels)
            << " | " << t.a.false_alarms << ", " << t.b.false_alarms << ", " << t.c.false_alarms
            << " | " << delay_text(t.a.delays) << " | " << delay_text(t.c.delays) << " | "
            << kinds_text(t.hit_kinds) << " | " << kinds_text(t.false_kinds) << " |\n";
    }
}

void print_negatives(std::ostream& out, const Result& result) {
    out << "\n| family | journeys | vehicle-days | false A | false B | false C | kinds |\n"
        << "|---|---|---|---|---|---|---|\n";
    for (std::size_t i = positive_families; i < families; ++i) {
        const auto family = static_cast<Family>(i);
        const Tally& t = result.watch[i];
        if (t.journeys == 0) continue;
        out << "| " << id_of(family) << ' ' << title_of(family) << " | " << t.journeys << " | "
            << fixed(t.vehicle_days(), 0) << " | " << t.a.false_alarms << " | " << t.b.false_alarms
            << " | " << t.c.false_alarms << " | " << kinds_text(t.false_kinds) << " |\n";
    }
    const Tally all = sum_of(result, false);
    out << "\nFalse alarms per 1,000 vehicle-days of 8 h, " << fixed(all.vehicle_days(), 0)
        << " vehicle-days of legal journeys: A "
        << rate_text(all.a.false_alarms, all.vehicle_days()) << ", B "
        << rate_text(all.b.false_alarms, all.vehicle_days()) << ", C "
        << rate_text(all.c.false_alarms, all.vehicle_days()) << ". Of " << all.raised
        << " alerts raised there " << all.withdrawn << " were withdrawn by late data.\n";
}

void print_baselines(std::ostream& out, const Result& result) {
    out << "\n| rule | recall, all events | precision | F1 | false per 1,000 vehicle-days | delay, "
           "s"
           " |\n|---|---|---|---|---|---|\n";
    const auto row = [&](std::string_view name, const Tally& done, const Tally& legal) {
        const int wrong =
            done.a.false_alarms + done.b.false_alarms + legal.a.false_alarms + legal.b.false_alarms;
        const double precision = share(done.b.finds, done.b.finds + wrong);
        const double recall = share(done.b.finds, done.labels);
        out << "| " << name << " | " << share_text(done.b.finds, done.labels) << " | "
            << fixed(precision, 3) << " | " << fixed(f1(precision, recall), 3) << " | "
            << rate_text(legal.a.false_alarms + legal.b.false_alarms, legal.vehicle_days()) << " | "
            << delay_text(done.b.delays) << " |\n";
    };
    row("this watch, A+B", sum_of(result, true), sum_of(result, false));
    for (std::size_t i = 0; i < baseline_count; ++i) {
        row(baseline_names()[i], result.baseline_positive[i], result.baseline_negative[i]);
    }
}

void print_variants(std::ostream& out, const Score& score) {
    if (score.variants.empty()) return;
    out << "\n| variant | recall A | recall A+B | P2 recall A+B | false A per 1,000 vehicle-days | "
           "false B |\n|---|---|---|---|---|---|\n";
    for (const auto& [variant, result] : score.variants) {
        const Tally done = sum_of(result, true);
        const Tally legal = sum_of(result, false);
        const Tally& p2 = result.watch[1];
        out << "| " << variant.name << " | " << share_text(done.a.hits, done.a.labels) << " | "
            << share_text(done.b.hits, done.b.labels) << " | " << share_text(p2.b.hits, p2.b.labels)
            << " | " << rate_text(legal.a.false_alarms, legal.vehicle_days()) << " | "
            << rate_text(legal.b.false_alarms, legal.vehicle_days()) << " |\n";
    }
}

void print_real(std::ostream& out, const Score& score) {
    if (score.real.empty()) return;
    out << "\n| recorded legal drives | hours | rule | A+B per 1,000 vehicle-days | C | recall "
           "A+B, "
           "stop of 3 min 80 m off | delay, s | kinds |\n|---|---|---|---|---|---|---|---|\n";
    const auto row = [&](std::string_view set, std::string_view name, const Tally& legal,
                         const Tally& stops) {
        out << "| " << set << " | " << fixed(legal.hours, 1) << " | " << name << " | "
            << rate_text(legal.a.false_alarms + legal.b.false_alarms, legal.vehicle_days()) << " | "
            << rate_text(legal.c.false_alarms, legal.vehicle_days()) << " | "
            << share_text(stops.b.hits, stops.b.labels) << " | " << delay_text(stops.b.delays)
            << " | " << kinds_text(legal.false_kinds) << " |\n";
    };
    RealResult all;
    for (const RealResult& real : score.real) {
        row(real.name, "this watch", real.watch, real.stops);
        all.watch.add(real.watch);
        all.stops.add(real.stops);
        for (std::size_t i = 0; i < baseline_count; ++i) {
            all.baselines[i].add(real.baselines[i]);
            all.baseline_stops[i].add(real.baseline_stops[i]);
            if (real.baselines[i].raised + real.baseline_stops[i].raised == 0) continue;
            row(real.name, baseline_names()[i], real.baselines[i], real.baseline_stops[i]);
        }
    }
    row("all together", "this watch", all.watch, all.stops);
    for (std::size_t i = 0; i < baseline_count; ++i) {
        row("all together", baseline_names()[i], all.baselines[i], all.baseline_stops[i]);
    }
}

void print_headline(std::ostream& out, const Score& score) {
    const Result& result = score.usual;
    const Headline h = headline_of(result);
    const Tally done = sum_of(result, true);
    const Tally legal = sum_of(result, false);
    const double wrong_a = h.vehicle_days > 0 ? 1.0 * h.false_alarms_a / legal.journeys : 0;
    const double rare = h.recall_a * 0.01 / std::max(1e-9, h.recall_a * 0.01 + wrong_a);
    const auto row = [&](const std::string& what, const std::string& target,
                         const std::string& measured) {
        out << "| " << what << " | " << target << " | " << measured << " |\n";
    };
    out << "\n| measure | target | measured |\n|---|---|---|\n";
    row("tier A F1, all families (precision, recall)", ">= 0.95",
        fixed(h.f1_a, 3) + " (" + fixed(h.precision_a, 3) + ", " +
            share_text(done.a.hits, done.a.labels) + ")");
    row("tier A, macro over families: F1, recall; least recall", ">= 0.93; >= 0.80",
        fixed(h.macro_f1_a, 3) + ", " + fixed(h.macro_recall_a, 3) + "; " +
            fixed(h.least_recall, 3));
    row("recall A+B of what signals show at A or B", "-", share_text(done.b.hits, done.b.labels));
    row("precision A at 1 event in 100 journeys", ">= 0.95", fixed(rare, 3));
    row("false A per 1,000 vehicle-days", "<= 10", rate_text(legal.a.false_alarms, h.vehicle_days));
    const auto of = [&](Family family) -> const Tally& {
        return result.watch[static_cast<std::size_t>(family)];
    };
    row("off-corridor delay, P4, fixes each 10 s (all), median / p95 s", "<= 50 / 90",
        delay_text(of(Family::p4_night_detour).at_10_s) + " (" +
            delay_text(of(Family::p4_night_detour).b.delays) + ")");
    row("stop of 3 min or more, from leaving the corridor or from the stop, median / p95 s",
        "<= 90 / 180", delay_text(done.stop_delays));
    row("lock opened (P6), from its report's receipt, median / p95 s", "<= 2",
        delay_text(of(Family::p6_lock_opened).a.delays));
    row("water-zone entry (P13), tier A, median / p95 s", "p95 <= 30",
        delay_text(of(Family::p13_water_zone).a.delays));
    row("same alerts under " + std::to_string(score.settings.orders) + " orders of arrival",
        "100 %",
        std::to_string(result.same_orders) + " of " + std::to_string(result.orders_tried) +
            " journeys");
    row("observations a second of one core, alone in its harness", ">= 300,000",
        fixed(static_cast<double>(result.observations) / std::max(1e-9, result.cpu_s), 0));
    row("duplicates, withdrawn", "-",
        std::to_string(done.duplicates + legal.duplicates) + ", " +
            std::to_string(done.withdrawn + legal.withdrawn) + " of " +
            std::to_string(done.raised + legal.raised));
}

}  // namespace

Tally sum_of(const Result& result, bool positive) {
    Tally sum;
    for (std::size_t i = 0; i < families; ++i) {
        if (is_positive(static_cast<Family>(i)) == positive) sum.add(result.watch[i]);
    }
    return sum;
}

Headline headline_of(const Result& result) {
    const Tally done = sum_of(result, true);
    const Tally legal = sum_of(result, false);
    Headline h;
    h.recall_a = share(done.a.hits, done.a.labels);
    h.precision_a = share(done.a.finds, done.a.finds + done.a.false_alarms + legal.a.false_alarms);
    h.f1_a = f1(h.precision_a, h.recall_a);
    h.vehicle_days = legal.vehicle_days();
    h.false_alarms_a = legal.a.false_alarms;
    h.least_recall = 1;
    int counted = 0;
    for (std::size_t i = 0; i < positive_families; ++i) {
        const Tally& t = result.watch[i];
        if (t.a.labels == 0) continue;
        const double recall = share(t.a.hits, t.a.labels);
        const int said = t.a.finds + t.a.false_alarms;
        h.macro_f1_a += f1(said == 0 ? 0 : share(t.a.finds, said), recall);
        h.macro_recall_a += recall;
        h.least_recall = std::min(h.least_recall, recall);
        ++counted;
    }
    h.macro_f1_a /= std::max(1, counted);
    h.macro_recall_a /= std::max(1, counted);
    const double by = 1'000 / std::max(1e-9, h.vehicle_days);
    h.false_a = legal.a.false_alarms * by;
    h.false_b = legal.b.false_alarms * by;
    h.false_c = legal.c.false_alarms * by;
    return h;
}

void print(std::ostream& out, const Score& score) {
    const Settings& s = score.settings;
    if (s.only_real) {
        print_real(out, score);
        return;
    }
    out << "Part " << name_of(s.part) << ", seed " << s.seed << " (" << s.seeds << " run"
        << (s.seeds == 1 ? "" : "s") << "), " << score.courses << " courses, " << s.journeys
        << " journeys of each positive family, " << fixed(score.took_s, 0) << " s of one core.\n";
    print_headline(out, score);
    print_positives(out, score.usual);
    print_negatives(out, score.usual);
    print_baselines(out, score.usual);
    print_variants(out, score);
    print_real(out, score);
}

}  // namespace liuhen::score
