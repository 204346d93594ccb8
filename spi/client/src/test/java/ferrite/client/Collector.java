package ferrite.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// A subscriber that remembers everything and asks for nothing by itself.
final class Collector<T> implements Flow.Subscriber<T> {
    final List<T> items = new ArrayList<>();

    @Nullable
    Throwable error;

    boolean completed;
    private Flow.@Nullable Subscription subscription;

    Flow.Subscription subscription() {
        Flow.Subscription present = subscription;
        if (present == null) {
            throw new AssertionError("not subscribed");
        }
        return present;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
    }

    @Override
    public void onNext(T item) {
        items.add(item);
    }

    @Override
    public void onError(Throwable thrown) {
        error = thrown;
    }

    @Override
    public void onComplete() {
        completed = true;
    }
}
