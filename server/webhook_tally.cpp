#include "server/webhook_tally.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace liuhen::server::webhook {

struct Tally::Families {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Gauge>& hooks = prometheus::BuildGauge()
                                                       .Name("liuhen_webhooks")
                                                       .Help("Webhooks, by how they stand")
                                                       .Register(registry);
    prometheus::Gauge& dead = prometheus::BuildGauge()
                                  .Name("liuhen_webhook_dead_letters")
                                  .Help("Messages laid aside that nobody has sent again")
                                  .Register(registry)
                                  .Add({});
    prometheus::Family<prometheus::Counter>& tries =
        prometheus::BuildCounter()
            .Name("liuhen_webhook_tries_total")
            .Help("Messages sent to webhooks, by what came of it")
            .Register(registry);
};

Tally::Tally() : families_(std::make_unique<Families>()) {}
Tally::~Tally() = default;

Tally& Tally::own() {
    static Tally one;
    return one;
}

void Tally::tried(Fate fate) {
    families_->tries.Add({{"outcome", std::string{code(fate)}}}).Increment();
}

void Tally::stand(const Standings& now) {
    const auto set = [this](const char* state, std::int64_t count) {
        families_->hooks.Add({{"state", state}}).Set(static_cast<double>(count));
    };
    set("well", now.well);
    set("failing", now.failing);
    set("paused", now.paused);
    set("disabled", now.disabled);
    families_->dead.Set(static_cast<double>(now.dead_letters));
}

std::string Tally::text() const {
    return prometheus::TextSerializer{}.Serialize(families_->registry.Collect());
}

}  // namespace liuhen::server::webhook
