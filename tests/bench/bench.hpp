// Measuring by processor time, as the machine may be shared: medians of several runs, a table for
// people and one line of JSON for `./liuhen bench --save` and `--against`.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <thread>
#include <vector>

namespace liuhen::bench {

/// Something to be measured. Its result depends on all of its work, so that none is left out.
using Work = std::function<std::size_t()>;

inline double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Seconds that one execution of `work` takes, by repeating it for a tenth of a second.
inline double seconds_of(const Work& work) {
    constexpr double enough = 0.1;
    static volatile std::size_t kept = 0;
    const double start = processor_seconds();
    int times = 0;
    double took = 0;
    while (took < enough) {
        kept = kept + work();
        ++times;
        took = processor_seconds() - start;
    }
    return took / times;
}

/// The first argument as the number of runs; 11 without one.
inline int runs_of(int count, char** arguments) {
    return count > 1 ? std::max(1, std::atoi(arguments[1])) : 11;
}

/// What one program measured.
class Results {
public:
    Results(std::string bench, int runs) : bench_(std::move(bench)), runs_(runs) {
        std::printf("%-38s %10s %10s %10s  %-14s %s\n", bench_.c_str(), "median", "best", "worst",
                    "unit", "CPU s a million");
    }

    /// Measures processor time for each of the `units` that an execution of `work` gets done;
    /// prints a row and returns the median in nanoseconds.
    double measure(const char* what, std::size_t units, const Work& work) {
        std::vector<double> nanoseconds;
        seconds_of(work);  // warm
        for (int run = 0; run < runs_; ++run)
            nanoseconds.push_back(seconds_of(work) * 1e9 / static_cast<double>(units));
        std::ranges::sort(nanoseconds);
        const double median = nanoseconds[nanoseconds.size() / 2];
        add({what, "ns", median, nanoseconds.front(), nanoseconds.back()});
        return median;
    }
    /// A row measured otherwise, once.
    void add(const char* what, const char* unit, double value) {
        add({what, unit, value, value, value});
    }

    /// The machine, and everything once more as the last line, in JSON.
    ~Results() {
        rusage used{};
        ::getrusage(RUSAGE_SELF, &used);
        std::string load;
        std::getline(std::ifstream{"/proc/loadavg"}, load);
        std::printf("peak memory %ld KiB; %u cores, load %s; %d runs\n", used.ru_maxrss,
                    std::thread::hardware_concurrency(), load.c_str(), runs_);
        std::printf(R"({"bench":"%s","runs":%d,"peak_kib":%ld,"load":"%s","results":[)",
                    bench_.c_str(), runs_, used.ru_maxrss, load.c_str());
        const char* comma = "";
        for (const Row& row : rows_) {
            std::printf(R"(%s{"what":"%s","unit":"%s","median":%.6g,"best":%.6g,"worst":%.6g})",
                        comma, row.what.c_str(), row.unit.c_str(), row.median, row.best, row.worst);
            comma = ",";
        }
        std::printf("]}\n");
    }
    Results(const Results&) = delete;
    Results& operator=(const Results&) = delete;

private:
    struct Row {
        std::string what, unit;
        double median, best, worst;
    };
    void add(Row row) {
        std::printf("%-38s %10.6g %10.6g %10.6g  %-14s", row.what.c_str(), row.median, row.best,
                    row.worst, row.unit.c_str());
        if (row.unit == "ns") std::printf(" %.3f", row.median * 1e-3);
        std::printf("\n");
        std::fflush(stdout);
        rows_.push_back(std::move(row));
    }

    std::string bench_;
    int runs_;
    std::vector<Row> rows_;
};

}  // namespace liuhen::bench
