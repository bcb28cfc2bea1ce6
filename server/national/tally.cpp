#include "server/national/tally.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace liuhen::server::national {
namespace {

constexpr std::int64_t long_wait_s = 3'600;

prometheus::Gauge& gauge(prometheus::Registry& in, const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(in).Add({});
}

}  // namespace

struct Tally::Families {
    prometheus::Registry registry;
    prometheus::Gauge& waiting =
        gauge(registry, "liuhen_national_waiting", "Reports that have no answer yet");
    prometheus::Gauge& refused =
        gauge(registry, "liuhen_national_refused", "Reports refused that nobody has decided on");
    prometheus::Gauge& oldest = gauge(registry, "liuhen_national_oldest_seconds",
                                      "For how long the oldest report has waited");
    prometheus::Family<prometheus::Counter>& tries = prometheus::BuildCounter()
                                                         .Name("liuhen_national_tries_total")
                                                         .Help("Reports sent, by what came of it")
                                                         .Register(registry);
};

Tally::Tally() : families_(std::make_unique<Families>()) {}
Tally::~Tally() = default;

Tally& Tally::own() {
    static Tally one;
    return one;
}

void Tally::tried(Outcome outcome) {
    families_->tries.Add({{"outcome", std::string{code(outcome)}}}).Increment();
}

void Tally::backlog(std::int64_t waiting, std::int64_t refused, std::chrono::seconds oldest) {
    waiting_ = waiting;
    refused_ = refused;
    oldest_s_ = oldest.count();
    families_->waiting.Set(static_cast<double>(waiting));
    families_->refused.Set(static_cast<double>(refused));
    families_->oldest.Set(static_cast<double>(oldest.count()));
}

std::string Tally::text() const {
    if (!on_) return {};
    return prometheus::TextSerializer{}.Serialize(families_->registry.Collect());
}

std::string Tally::line() const {
    if (!on_) return {};
    return std::to_string(waiting_) + " wait, the oldest for " + std::to_string(oldest_s_) +
           " s; " + std::to_string(refused_) + " refused";
}

bool Tally::is_well() const { return refused_ == 0 && oldest_s_ <= long_wait_s; }

}  // namespace liuhen::server::national
